"""What a report tells beside findings: proofs, actions, what was heard, parameters, « sans objet »."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from accueil.models import PointAccueil
from pimms.socle.periodes import Periode
from qualite.dossier_audit import voir
from qualite.etats_action import OUVERTES
from qualite.etats_campagne import EtatCampagne
from qualite.evaluation import Cadre
from qualite.lecture_preuves import PreuveLue, lire_preuves, periodes
from qualite.models import (
    ActionCorrective,
    ConstatAudit,
    DemandeDroits,
    Incident,
    Niveau,
    Parametre,
    Preuve,
    Rapport,
    Reclamation,
    SansObjet,
    Sujet,
    Valeur,
)
from qualite.models.referentiel import parametres_au


def preuves(rapport: Rapport, cadre: Cadre) -> list[dict[str, Any]]:
    """Documents that speak for the subject, those of the levels above included, in every state.

    Neither title nor name of file: what was typed may name someone. Those about a person are left out.
    """
    niveau = Q(niveau=Niveau.RESEAU)
    if rapport.point:
        niveau |= Q(point=rapport.point) | Q(association=rapport.point.association_id)
    elif rapport.association_id:
        niveau |= Q(association=rapport.association_id)
    else:
        niveau = ~Q(niveau=Niveau.PERSONNE)
    siennes = Preuve.objects.filter(niveau).order_by("pk")
    lues = lire_preuves(siennes, rapport.au, periodes(cadre.exigences))
    return [_preuve(lue) for lue in lues]


def _preuve(lue: PreuveLue) -> dict[str, Any]:
    version = lue.version
    return {
        "reference": f"P-{lue.preuve.pk}.{version.numero}",
        "exigences": list(lue.preuve.exigences),
        "niveau": lue.preuve.niveau,
        "objet": lue.preuve.objet,
        "nature": version.get_nature_display(),
        "format": version.format,
        "debut": version.debut.isoformat(),
        "fin": lue.fin.isoformat() if lue.fin else None,
        "deposee_le": version.deposee_le.date().isoformat(),
        "etat": str(lue.etat),
        "vaut": lue.etat.vaut,
        "motif": lue.motif,
        "empreinte": version.empreinte,
    }


def constats_d_audits(rapport: Rapport, points: Sequence[PointAccueil]) -> list[dict[str, Any]]:
    """What closed campaigns found at the subject's places up to the day, the latest first, and what became of
    each; one statement. Of the campaign that froze this file there is nothing: it came after."""
    lieux = Q(point__in=points)
    if rapport.niveau == Niveau.RESEAU:
        lieux |= Q(point__isnull=True)
    lus = ConstatAudit.objects.filter(
        lieux, campagne__etat=EtatCampagne.CLOSE, campagne__au__lte=rapport.au
    ).order_by("-campagne__au", "campagne", "numero")
    if rapport.evaluation and rapport.evaluation.campagne_id:
        lus = lus.exclude(campagne=rapport.evaluation.campagne_id)
    return [
        {
            "campagne": v.constat.campagne.titre,
            "au": v.constat.campagne.au.isoformat(),
            "numero": v.constat.numero,
            "lieu": v.constat.lieu,
            "exigence": v.constat.exigence,
            "grade": v.constat.get_grade_display(),
            "texte": v.constat.texte,
            "repondu": bool(v.constat.repondu),
            "suite": v.suite[0],
        }
        for v in voir(lus)
    ]


def actions(rapport: Rapport, periode: Periode) -> list[dict[str, Any]]:
    """Corrective actions of the subject: open on the day, or closed over the period."""
    sujet = Q(point=rapport.point) if rapport.point else Q(association=rapport.association_id)
    if rapport.niveau == Niveau.ASSOCIATION:
        sujet |= Q(point__association=rapport.association_id)
    if rapport.niveau == Niveau.RESEAU:
        sujet = Q()
    lues = ActionCorrective.objects.filter(sujet, ouverte_le__lte=rapport.au).filter(
        Q(etat__in=OUVERTES) | Q(close_le__gte=periode.du)
    )
    lignes = lues.select_related("point", "association", "pilote").order_by("echeance", "pk")
    return [
        {
            "reference": f"AC-{a.ouverte_le.year}-{a.pk:03d}",
            "titre": a.titre,
            "exigence": a.exigence,
            "sujet": a.sujet,
            "etat": a.get_etat_display(),
            "ouverte": a.ouverte,
            "provenance": a.get_provenance_display(),
            "pilote": str(a.pilote),
            "ouverte_le": a.ouverte_le.isoformat(),
            "echeance": a.echeance.isoformat(),
            "echeance_initiale": a.echeance_initiale.isoformat(),
            "en_retard": a.ouverte and a.echeance < rapport.au,
            "realisee_le": a.realisee_le.isoformat() if a.realisee_le else None,
            "verifiee_le": a.verifiee_le.isoformat() if a.verifiee_le else None,
            "close_le": a.close_le.isoformat() if a.close_le else None,
        }
        for a in lignes
    ]


def ecoute(points: Sequence[PointAccueil], periode: Periode) -> dict[str, Any]:
    """Complaints, requests about data and incidents of the period: counts, never a word of them."""
    bornes = {"point__in": points}
    du_au = {"recue_le__range": (periode.du, periode.au)}
    recues = list(Reclamation.objects.filter(**bornes, **du_au))
    demandes = list(DemandeDroits.objects.filter(**bornes, **du_au))
    incidents = Incident.objects.filter(**bornes, jour__range=(periode.du, periode.au))
    suivis = list(incidents.values_list("nature", "suivi_le"))
    natures = Counter(nature for nature, _ in suivis)
    return {
        "reclamations": _etats(recues, periode.au),
        "demandes": _etats(demandes, periode.au),
        "incidents": {
            "nombre": len(suivis),
            "suivis": sum(suivi is not None and suivi <= periode.au for _, suivi in suivis),
            "natures": {str(n.label): natures[n.value] for n in Incident.Nature if natures[n.value]},
        },
    }


def _etats(saisines: Sequence[Reclamation | DemandeDroits], jour: date) -> dict[str, int]:
    etats = Counter(str(s.etat(jour)) for s in saisines)
    noms = ("a_temps", "trop_tard", "en_cours", "en_retard")
    return {"nombre": len(saisines)} | {nom: etats[nom] for nom in noms}


def parametres(cadre: Cadre, jour: date) -> list[dict[str, Any]]:
    """The numbers that rules used on the day, and who changed them since the file, why."""
    changements: dict[int, list[dict[str, Any]]] = {}
    decidees = Valeur.objects.filter(parametre__referentiel=cadre.referentiel, debut__lte=jour)
    for valeur in decidees.select_related("par").order_by("debut", "id"):
        changements.setdefault(valeur.parametre_id, []).append(
            {
                "valeur": valeur.valeur,
                "debut": valeur.debut.isoformat(),
                "motif": valeur.motif,
                "par": str(valeur.par),
            }
        )
    lignes: Any = parametres_au(cadre.referentiel, jour).order_by("rang")
    return [_parametre(p, changements.get(p.pk, [])) for p in lignes]


def _parametre(parametre: Parametre, changements: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "code": parametre.code,
        "libelle": parametre.libelle,
        "valeur": parametre.actuelle,  # type: ignore[attr-defined]
        "defaut": parametre.defaut,
        "unite": parametre.unite,
        "origine": parametre.get_origine_display(),
        "changements": changements,
    }


def sans_objet(
    decidees: Mapping[Sujet, str], sujets: set[tuple[str, int | None, int | None]], jour: date
) -> list[dict[str, Any]]:
    """What the union put aside for these subjects (level and keys), with who, when and why."""
    gardees = {s: motif for s, motif in decidees.items() if s[1:] in sujets}
    lignes = SansObjet.objects.filter(code__in={s[0] for s in gardees}, le__date__lte=jour, leve=False)
    derniers = {d.sujet: d for d in lignes.select_related("par").order_by("id") if d.sujet in gardees}
    return [
        {
            "code": d.code,
            "niveau": d.niveau,
            "motif": d.motif,
            "par": str(d.par),
            "le": d.le.date().isoformat(),
        }
        for d in sorted(derniers.values(), key=lambda d: (d.code, d.niveau))
    ]
