"""The life of a corrective action: its states, and the one table of the moves allowed between them.

The same table stands in the database (`qualite_transitionaction`, filled by a migration), where a
trigger refuses any other move; a test compares both.
"""

from dataclasses import dataclass

from django.db import models


class EtatAction(models.TextChoices):
    A_FAIRE = "a_faire", "À faire"
    EN_COURS = "en_cours", "En cours"
    REALISEE = "realisee", "Réalisée"
    EFFICACE = "efficace", "Vérifiée efficace"
    INEFFICACE = "inefficace", "Vérifiée inefficace"
    CLOSE = "close", "Close"
    ANNULEE = "annulee", "Annulée"


class Qui(models.TextChoices):
    """Who may carry out a move; `qualite.droits_actions` says who that is."""

    PILOTE = "pilote", "le pilote, ou qui tient l’action"
    VERIFICATEUR = "verificateur", "quelqu’un d’autre que le pilote"
    TENANT = "tenant", "qui tient l’action"


# Before it is done; still to be looked after.
EN_TRAVAIL = (EtatAction.A_FAIRE, EtatAction.EN_COURS)
VERIFIEES = (EtatAction.EFFICACE, EtatAction.INEFFICACE)
FINIES = (EtatAction.CLOSE, EtatAction.ANNULEE)
OUVERTES = tuple(e for e in EtatAction if e not in FINIES)


@dataclass(frozen=True)
class Transition:
    """One allowed move. `motif`: words are due. `jour`: it took place on a day that is asked for.

    `revient`: the work begins again, and a due date that has passed must be moved.
    """

    de: EtatAction
    vers: EtatAction
    libelle: str
    qui: Qui
    motif: bool = False
    jour: bool = False
    revient: bool = False

    @property
    def immediate(self) -> bool:
        """Nothing is asked for: a button is enough."""
        return not (self.motif or self.jour)

    @property
    def recule(self) -> bool:
        """It does not bring the action nearer to its end."""
        return self.revient or self.vers == EtatAction.ANNULEE


E = EtatAction
TRANSITIONS: tuple[Transition, ...] = (
    Transition(E.A_FAIRE, E.EN_COURS, "Commencer", Qui.PILOTE),
    Transition(E.A_FAIRE, E.ANNULEE, "Annuler l’action", Qui.TENANT, motif=True),
    Transition(E.EN_COURS, E.REALISEE, "Dire réalisée", Qui.PILOTE, jour=True),
    Transition(E.EN_COURS, E.ANNULEE, "Annuler l’action", Qui.TENANT, motif=True),
    Transition(E.REALISEE, E.EFFICACE, "Dire efficace", Qui.VERIFICATEUR, motif=True, jour=True),
    Transition(E.REALISEE, E.INEFFICACE, "Dire inefficace", Qui.VERIFICATEUR, motif=True, jour=True),
    Transition(E.REALISEE, E.EN_COURS, "Reprendre", Qui.TENANT, motif=True, revient=True),
    Transition(E.EFFICACE, E.CLOSE, "Clore", Qui.TENANT),
    Transition(E.EFFICACE, E.EN_COURS, "Reprendre", Qui.TENANT, motif=True, revient=True),
    Transition(E.INEFFICACE, E.EN_COURS, "Reprendre", Qui.TENANT, motif=True, revient=True),
    Transition(E.INEFFICACE, E.ANNULEE, "Annuler l’action", Qui.TENANT, motif=True),
    Transition(E.CLOSE, E.EN_COURS, "Rouvrir", Qui.TENANT, motif=True, revient=True),
    Transition(E.ANNULEE, E.A_FAIRE, "Rétablir", Qui.TENANT, motif=True, revient=True),
)
PAR_PAIRE: dict[tuple[str, str], Transition] = {(t.de, t.vers): t for t in TRANSITIONS}


def depuis(etat: str) -> list[Transition]:
    """Moves allowed from a state, the usual one first."""
    return [t for t in TRANSITIONS if t.de == etat]
