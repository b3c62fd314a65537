"""Reminders before a proof ends, to those who keep it: 30, 7 and 1 day before, each once."""

from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from accueil.models import Acces, Utilisateur
from accueil.models.personnes import ROLES_DE_POINT, ROLES_DU_RESEAU, Role
from qualite.evaluation import Cadre
from qualite.lecture_preuves import PreuveLue, lire_preuves, periodes
from qualite.models import Niveau, Preuve, RappelPreuve
from qualite.relances import PALIERS, ecrire_a, palier_du, rappeler


def envoyer_rappels(jour: date) -> int:
    """Send what is due on a day (Paris's); returns how many reminders were claimed.

    A document that says no end, and is due again after some months, ends by then. A proof that a later
    version carries on is not reminded of.
    """
    proches = (jour, jour + timedelta(days=max(PALIERS)))
    a_renouveler = periodes(Cadre.du(jour).exigences)
    preuves = Preuve.objects.filter(
        Q(versions__fin__range=proches) | Q(exigences__overlap=list(a_renouveler)), coffre__isnull=False
    ).distinct()
    lues = [lue for lue in lire_preuves(preuves, jour, a_renouveler) if lue.etat.vaut and lue.fin]
    faits: dict[int, int] = {}
    rappels = RappelPreuve.objects.filter(version__in=[lue.version.pk for lue in lues])
    for version, fait in rappels.values_list("version", "palier"):
        faits[version] = min(faits.get(version, fait), fait)
    envoyes = 0
    for lue in lues:
        palier = palier_du((lue.fin - jour).days if lue.fin else None)
        if palier and faits.get(lue.version.pk, palier + 1) > palier:
            envoyes += _rappeler(lue, palier, jour)
    return envoyes


def gardiens(preuve: Preuve, jour: date) -> QuerySet[Utilisateur]:
    """Those who keep a proof up to date: managers of the point or of the person's, direction, union; the
    union as well for what is about a person and no employer added, which nobody else reads."""
    acces = Acces.objects.en_vigueur(jour)
    sans_employeur = preuve.niveau == Niveau.PERSONNE and preuve.employeur_id is None
    if preuve.niveau == Niveau.RESEAU or sans_employeur:
        acces = acces.filter(role__in=ROLES_DU_RESEAU)
    elif preuve.niveau == Niveau.ASSOCIATION:
        acces = acces.filter(role=Role.DIRECTION, association=preuve.association_id)
    else:
        postes = Acces.objects.en_vigueur(jour).filter(
            personne=preuve.personne_id,
            role__in=ROLES_DE_POINT,
            point__association=preuve.employeur_id,
        )
        acces = acces.filter(
            Q(point=preuve.point_id) if preuve.point_id else Q(point__in=postes.values("point")),
            role=Role.RESPONSABLE,
        )
    return Utilisateur.objects.filter(pk__in=acces.values("personne"), is_active=True)


def _union(jour: date) -> QuerySet[Utilisateur]:
    """Told where nobody else is left to: a reminder is sent once, and would be lost."""
    acces = Acces.objects.en_vigueur(jour).filter(role__in=ROLES_DU_RESEAU)
    return Utilisateur.objects.filter(pk__in=acces.values("personne"), is_active=True)


def _rappeler(lue: PreuveLue, palier: int, jour: date) -> bool:
    contexte = {
        "preuve": lue.preuve,
        "fin": lue.fin,
        "lien": f"{settings.ADRESSE_SITE}{reverse('preuve', args=[lue.preuve.pk])}",
    }

    def ecrire() -> None:
        for personne in gardiens(lue.preuve, jour) or _union(jour):
            ecrire_a(personne, "rappel_preuve", contexte)

    return rappeler(RappelPreuve(version=lue.version, palier=palier), ecrire)
