"""The corrective actions that a report tells of, as they stood at its moment."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from pimms.socle.periodes import UN_JOUR, Periode
from qualite.etats_action import OUVERTES
from qualite.histoire_action import ActionAu, lire_au
from qualite.models import ActionCorrective, EvenementAction, Niveau, Rapport
from qualite.rapports.moment import fuseau_de, moment_de


def actions(rapport: Rapport, periode: Periode) -> list[dict[str, Any]]:
    """Corrective actions of the subject: open at the report's moment, closed or cancelled over the period.

    What happened afterwards is left out; an action whose texts were changed since says so.
    """
    sujet = Q(point=rapport.point) if rapport.point else Q(association=rapport.association_id)
    if rapport.niveau == Niveau.ASSOCIATION:
        sujet |= Q(point__association=rapport.association_id)
    if rapport.niveau == Niveau.RESEAU:
        sujet = Q()
    # Those that were finished before the period have had nothing since; a day more for other time zones.
    debut = datetime.combine(periode.du - UN_JOUR, time.min, ZoneInfo(fuseau_de(rapport)))
    recents = Exists(EvenementAction.objects.filter(action=OuterRef("pk"), le__gte=debut))
    lues = ActionCorrective.objects.filter(sujet, ouverte_le__lte=rapport.au)
    vues = lire_au(lues.filter(Q(etat__in=OUVERTES) | recents), moment_de(rapport))
    return [_action(v, rapport) for v in vues if v.ouverte or (v.finie_le and periode.du <= v.finie_le)]


def _action(vue: ActionAu, rapport: Rapport) -> dict[str, Any]:
    action = vue.action
    jours = ("realisee_le", "verifiee_le", "close_le", "annulee_le")
    return {
        "reference": f"AC-{action.ouverte_le.year}-{action.pk:03d}",
        "titre": action.titre,
        "exigence": action.exigence,
        "sujet": action.sujet,
        "etat": vue.etat.label,
        "ouverte": vue.ouverte,
        "provenance": action.get_provenance_display(),
        "pilote": str(vue.pilote),
        "ouverte_le": action.ouverte_le.isoformat(),
        "echeance": vue.echeance.isoformat(),
        "echeance_initiale": action.echeance_initiale.isoformat(),
        "en_retard": vue.ouverte and vue.echeance < rapport.au,
        "motif": vue.motif,
        "modifiee_depuis": vue.modifiee,
    } | {nom: jour.isoformat() if (jour := getattr(vue, nom)) else None for nom in jours}
