"""Who and what a report is about: the body, its sites, its people in numbers, contract, certificate."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accueil.models import Acces, Association, ContratFranchise, LabelFranceServices, PointAccueil
from accueil.models.personnes import ROLES_DE_POINT, Origine, Role
from qualite.models import Niveau, Rapport

# Announced on 28 January 2020 for the whole network; to be confirmed by the union (docs/domaine.md).
CERTIFICAT = (
    "AFAQ Médiation sociale, un certificat pour tout le réseau, annoncé le 28 janvier 2020"
    " (communiqué de l’union)."
)
EFFECTIF = (
    "Personnes en poste, longues absences comprises. Les équivalents temps plein (ETP) additionnent les"
    " temps de travail notés par les responsables."
)


def decrire(rapport: Rapport, points: Sequence[PointAccueil]) -> dict[str, Any]:
    """The body that the report is about, on its day; `points` are its sites."""
    association = rapport.employeur
    return {
        "niveau": rapport.niveau,
        "nom": _nom(rapport),
        "choisis": bool(rapport.choisis),
        "code": rapport.point.code if rapport.point else "",
        "point": _point(rapport.point) if rapport.point else None,
        "association": _association(association, rapport.au) if association else None,
        "sites": _sites(points, rapport.au) if not rapport.point else [],
        "organisation": _organisation(rapport, association),
        "effectif": _effectif(points, rapport.au),
        "temps": _temps(points, rapport.au),
        "effectif_note": EFFECTIF,
        "certificat": CERTIFICAT,
    }


def _nom(rapport: Rapport) -> str:
    entier = rapport.niveau == Niveau.RESEAU and not rapport.choisis
    return "Réseau des PIMMS" if entier else rapport.sujet


def _point(point: PointAccueil) -> dict[str, Any]:
    return {
        "nature": point.get_nature_display(),
        "adresse": " ".join(t for t in (point.adresse, point.code_postal, str(point.commune)) if t),
        "ouvert_le": point.ouvert_le.isoformat(),
        "ferme_le": point.ferme_le.isoformat() if point.ferme_le else None,
    }


def _association(association: Association, jour: date) -> dict[str, Any]:
    contrat = ContratFranchise.objects.filter(association=association).en_vigueur(jour).first()
    return {
        "nom": association.nom,
        "siret": association.siret,
        "adresse": " ".join(t for t in (association.adresse, str(association.commune)) if t),
        "contrat_depuis": contrat.debut.isoformat() if contrat else None,
        "contrat_jusque": contrat.fin.isoformat() if contrat and contrat.fin else None,
    }


def _sites(points: Sequence[PointAccueil], jour: date) -> list[dict[str, Any]]:
    labels = LabelFranceServices.objects.filter(point__in=points).en_vigueur(jour)
    labellises = set(labels.values_list("point", flat=True))
    return [
        {
            "code": p.code,
            "nom": p.nom,
            "association": p.association.nom,
            "nature": p.get_nature_display(),
            "commune": str(p.commune),
            "france_services": p.pk in labellises,
        }
        for p in points
    ]


def _organisation(rapport: Rapport, association: Association | None) -> list[dict[str, str]]:
    """Who answers for what: managers and directions, by name; médiateurs are counted, not named."""
    acces = Acces.objects.en_vigueur(rapport.au).filter(personne__is_active=True)
    if rapport.point:
        acces = acces.filter(role=Role.RESPONSABLE, point=rapport.point) | acces.filter(
            role=Role.DIRECTION, association=association
        )
    elif association:
        acces = acces.filter(role=Role.DIRECTION, association=association)
    else:
        acces = acces.filter(role__in=(Role.UNION, Role.REFERENT_QUALITE))
    lignes = acces.select_related("personne").order_by("role", "personne__nom_tri", "pk")
    return [{"fonction": a.get_role_display(), "nom": str(a.personne)} for a in lignes]


def _postes(points: Sequence[PointAccueil], jour: date) -> QuerySet[Acces]:
    postes = Acces.objects.en_vigueur(jour).filter(point__in=points, role__in=ROLES_DE_POINT)
    return postes.filter(personne__is_active=True).order_by()


def _effectif(points: Sequence[PointAccueil], jour: date) -> dict[str, int]:
    """How many people hold each role of a point, each once."""
    lignes = set(_postes(points, jour).values_list("role", "personne"))
    return {role.value: sum(r == role for r, _ in lignes) for role in ROLES_DE_POINT}


def _temps(points: Sequence[PointAccueil], jour: date) -> dict[str, dict[str, int]]:
    """For each role, the working time noted, in hundredths of a full-time post, and the posts without any.

    A delegation adds no time to who received it.
    """
    postes = _postes(points, jour).exclude(origine=Origine.DELEGATION)
    sommes = postes.values("role").annotate(
        centiemes=Coalesce(Sum("quotite"), 0), non_dits=Count("pk", filter=Q(quotite=None))
    )
    lus = {s["role"]: {"centiemes": s["centiemes"], "non_dits": s["non_dits"]} for s in sommes}
    return {role.value: lus.get(role, {"centiemes": 0, "non_dits": 0}) for role in ROLES_DE_POINT}
