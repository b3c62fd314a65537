"""Where a corrective action stood at a moment, from what happened to it until then."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from accueil.models import Utilisateur
from qualite.etats_action import FINIES, OUVERTES, VERIFIEES, EtatAction
from qualite.models import ActionCorrective, EvenementAction

Nature = EvenementAction.Nature


@dataclass(frozen=True)
class ActionAu:
    """An action at a moment. `motif`: why it was cancelled. `modifiee`: its texts were changed since, and are
    those of now, for earlier ones are not kept."""

    action: ActionCorrective
    etat: EtatAction
    echeance: date
    pilote: Utilisateur
    realisee_le: date | None = None
    verifiee_le: date | None = None
    close_le: date | None = None
    annulee_le: date | None = None
    motif: str = ""
    modifiee: bool = False

    @property
    def ouverte(self) -> bool:
        return self.etat in OUVERTES

    @property
    def finie_le(self) -> date | None:
        """The day on which it was closed or cancelled."""
        return self.close_le or self.annulee_le


def rejouer(
    action: ActionCorrective, evenements: Sequence[EvenementAction], moment: datetime
) -> ActionAu | None:
    """Play these events, the oldest first, up to a moment; None when it was not opened yet. No query when the
    action comes with its point and events with their owner."""
    connus = [e for e in evenements if e.le <= moment]
    if not connus:
        return None
    vue = ActionAu(action, EtatAction.A_FAIRE, action.echeance_initiale, connus[0].pilote or action.pilote)
    for evenement in connus[1:]:
        if evenement.nature == Nature.ETAT:
            vue = _passer(vue, evenement)
        elif evenement.nature == Nature.REPORT and evenement.echeance:
            vue = replace(vue, echeance=evenement.echeance)
        elif evenement.nature == Nature.PILOTE and evenement.pilote:
            vue = replace(vue, pilote=evenement.pilote)
    modifiee = any(e.le > moment and e.nature == Nature.MODIFICATION for e in evenements)
    return replace(vue, modifiee=modifiee)


def _passer(vue: ActionAu, evenement: EvenementAction) -> ActionAu:
    """The state that an event leads to, with the days that `qualite.suites_action` writes with it."""
    vers = EtatAction(evenement.vers)
    if vers == EtatAction.REALISEE:
        return replace(vue, etat=vers, realisee_le=evenement.jour)
    if vers in VERIFIEES:
        return replace(vue, etat=vers, verifiee_le=evenement.jour)
    local = evenement.le.astimezone(ZoneInfo(_fuseau(vue.action))).date()
    if vers == EtatAction.CLOSE:
        return replace(vue, etat=vers, close_le=local)
    reprise = ActionAu(vue.action, vers, vue.echeance, vue.pilote)
    return replace(reprise, annulee_le=local, motif=evenement.motif) if vers in FINIES else reprise


def _fuseau(action: ActionCorrective) -> str:
    return action.point.fuseau if action.point else settings.TIME_ZONE


def lire_au(actions: QuerySet[ActionCorrective], moment: datetime) -> list[ActionAu]:
    """These actions at a moment, the first to be due first, those not opened yet left out; two statements."""
    lues = list(actions.select_related("point", "association", "pilote"))
    evenements = evenements_par_action(a.pk for a in lues)
    vues = [v for a in lues if (v := rejouer(a, evenements[a.pk], moment))]
    return sorted(vues, key=lambda v: (v.echeance, v.action.pk))


def evenements_par_action(actions: Iterable[int]) -> dict[int, list[EvenementAction]]:
    """What happened to these actions, the oldest first; one statement."""
    par_action: dict[int, list[EvenementAction]] = defaultdict(list)
    lus = EvenementAction.objects.filter(action__in=list(actions)).select_related("pilote")
    for evenement in lus.order_by("id"):
        par_action[evenement.action_id].append(evenement)
    return par_action
