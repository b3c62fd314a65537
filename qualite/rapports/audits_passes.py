"""What earlier audits found at a report's places, and what had become of it at the report's moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accueil.models import PointAccueil
from qualite.dossier_audit import ConstatVu, voir
from qualite.etats_campagne import EtatCampagne
from qualite.histoire_action import lire_au
from qualite.models import ActionCorrective, ConstatAudit, EvenementCampagne, Niveau, Rapport
from qualite.rapports.moment import moment_de


def constats_d_audits(rapport: Rapport, points: Sequence[PointAccueil]) -> list[dict[str, Any]]:
    """What campaigns closed by then found at the subject's places, the latest first, and what
    had become of each; three statements. Of the campaign that froze this file there is nothing: it came
    after."""
    lieux = Q(point__in=points)
    if rapport.niveau == Niveau.RESEAU:
        lieux |= Q(point__isnull=True)
    moment = moment_de(rapport)
    fins = EvenementCampagne.objects.filter(campagne=OuterRef("campagne"), vers=EtatCampagne.CLOSE)
    lus = ConstatAudit.objects.filter(Exists(fins.filter(le__lte=moment)), lieux).order_by(
        "-campagne__au", "campagne", "numero"
    )
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
        for v in _au_moment(lus, moment)
    ]


def _au_moment(constats: QuerySet[ConstatAudit], moment: datetime) -> list[ConstatVu]:
    """These findings, the actions opened from each as they stood at a moment."""
    vus = voir(constats)
    cles = {a["pk"] for v in vus for a in v.constat.actions}
    etats = {a.action.pk: str(a.etat) for a in lire_au(ActionCorrective.objects.filter(pk__in=cles), moment)}
    for vu in vus:
        siennes = [a for a in vu.constat.actions if a["pk"] in etats]
        vu.constat.actions = [a | {"etat": etats[a["pk"]]} for a in siennes]
    return vus
