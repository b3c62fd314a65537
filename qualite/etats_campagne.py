"""The life of a campaign: its kinds, its states, and the one table of the moves allowed between them.

The same table stands in the database (`qualite_transitioncampagne`, filled by a migration), where a
trigger refuses any other move; a test compares both.
"""

from dataclasses import dataclass

from django.db import models


class NatureCampagne(models.TextChoices):
    AUTO_EVALUATION = "auto_evaluation", "Auto-évaluation"
    AUDIT_BLANC = "audit_blanc", "Audit blanc"
    AFNOR_INITIAL = "afnor_initial", "Audit AFNOR initial"
    AFNOR_MI_CYCLE = "afnor_mi_cycle", "Audit AFNOR de mi-cycle"
    AFNOR_RENOUVELLEMENT = "afnor_renouv", "Audit AFNOR de renouvellement"


N = NatureCampagne
AFNOR = (N.AFNOR_INITIAL, N.AFNOR_MI_CYCLE, N.AFNOR_RENOUVELLEMENT)
# Those whose sample is ours to draw; the certifier chooses the others'.
TIREES = (N.AUTO_EVALUATION, N.AUDIT_BLANC)


class EtatCampagne(models.TextChoices):
    PREPARATION = "preparation", "En préparation"
    AUTO_EVALUATION = "auto_evaluation", "Auto-évaluation des points"
    REVUE = "revue", "Revue par l’union"
    GEL = "gel", "Dossier gelé"
    AUDIT = "audit", "Audit en cours"
    REPONSE = "reponse", "Réponse des points"
    DECISION = "decision", "Décision"
    CLOSE = "close", "Close"
    ANNULEE = "annulee", "Annulée"


E = EtatCampagne
FIGEES = (E.GEL, E.AUDIT, E.REPONSE, E.DECISION, E.CLOSE)  # the file is an evaluation closed for good
CACHEES = (E.PREPARATION, E.ANNULEE)  # to who looks after a point of the sample
FINIES = (E.CLOSE, E.ANNULEE)  # reached by a door of their own (`qualite.cloture`), and left no more
MODIFIABLES = (E.PREPARATION, E.AUTO_EVALUATION, E.REVUE, E.GEL, E.AUDIT)  # dates and plan may change
# Where each part of a campaign may be written; triggers ask the same.
ECHANTILLON = (E.PREPARATION,)
REMISES = (E.AUTO_EVALUATION,)
CONSTATS = (E.AUDIT,)
REPONSES = (E.REPONSE,)


@dataclass(frozen=True)
class Transition:
    """One allowed move. `motif`: a reason is due. `audit`: only for campaigns with (or without) an audit."""

    de: EtatCampagne
    vers: EtatCampagne
    libelle: str
    motif: bool = False
    audit: bool | None = None

    def vaut_pour(self, nature: str) -> bool:
        return self.audit is None or self.audit == avec_audit(nature)


def avec_audit(nature: str) -> bool:
    """Whether somebody comes: a self-evaluation goes from its frozen file to the decision."""
    return nature != N.AUTO_EVALUATION


ANNULER = "Annuler la campagne"
TRANSITIONS: tuple[Transition, ...] = (
    Transition(E.PREPARATION, E.AUTO_EVALUATION, "Lancer l’auto-évaluation"),
    Transition(E.PREPARATION, E.ANNULEE, ANNULER, motif=True),
    Transition(E.AUTO_EVALUATION, E.REVUE, "Commencer la revue"),
    Transition(E.AUTO_EVALUATION, E.PREPARATION, "Revenir à la préparation", motif=True),
    Transition(E.AUTO_EVALUATION, E.ANNULEE, ANNULER, motif=True),
    Transition(E.REVUE, E.GEL, "Geler le dossier"),
    Transition(E.REVUE, E.AUTO_EVALUATION, "Renvoyer aux points", motif=True),
    Transition(E.REVUE, E.ANNULEE, ANNULER, motif=True),
    Transition(E.GEL, E.AUDIT, "Ouvrir l’audit", audit=True),
    Transition(E.GEL, E.DECISION, "Passer à la décision", audit=False),
    Transition(E.GEL, E.REVUE, "Reprendre la revue", motif=True),
    Transition(E.AUDIT, E.REPONSE, "Demander les réponses", audit=True),
    Transition(E.REPONSE, E.DECISION, "Passer à la décision", audit=True),
    Transition(E.REPONSE, E.AUDIT, "Rouvrir l’audit", motif=True, audit=True),
    Transition(E.DECISION, E.CLOSE, "Clore"),
    Transition(E.DECISION, E.REPONSE, "Redemander une réponse", motif=True, audit=True),
    Transition(E.DECISION, E.REVUE, "Reprendre la revue", motif=True, audit=False),
)
PAR_PAIRE: dict[tuple[str, str], Transition] = {(t.de, t.vers): t for t in TRANSITIONS}


def depuis(etat: str, nature: str) -> list[Transition]:
    """Moves from a state, the usual one first. Closing and cancelling have a door of their own."""
    return [t for t in TRANSITIONS if t.de == etat and t.vaut_pour(nature) and t.vers not in FINIES]


def annulable(etat: str) -> bool:
    """Opened by mistake: until the file is frozen."""
    return (etat, E.ANNULEE) in PAR_PAIRE


def etapes(nature: str) -> list[EtatCampagne]:
    """The states that a campaign of that kind goes through, in order."""
    sans = () if avec_audit(nature) else (E.AUDIT, E.REPONSE)
    return [e for e in E if e not in (*sans, E.ANNULEE)]
