"""Figures of the journal, for the same filter as the list and the export."""

from dataclasses import dataclass

from accueil import chiffres
from accueil.chiffres import BUDGET
from accueil.filtres import Filtre
from pimms.socle.budgets import budget


@dataclass(frozen=True)
class Totaux:
    """What the filter finds, cancelled visits apart.

    `visites` counts rows, a tally for one; `passages` adds up its persons, and nobody is told apart
    from anybody. With a condition on requests, `demandes` counts only the requests that meet it, and
    the other figures the visits that hold at least one. `minutes` are those of the visits, of which
    `minutes_estimees` were not chosen by anyone. `annulees` counts cancelled visits where the filter
    shows them.
    """

    visites: int
    passages: int
    demandes: int
    minutes: int
    minutes_estimees: int
    annulees: int = 0


def totaliser(filtre: Filtre) -> Totaux:
    """What the dashboards' own source says of a filter, so that a list tells the figure that leads to it.

    Cancelled visits, which no aggregate holds, are counted from the visits of the same moment, where
    they are shown. Two statements at most; raises `pimms.socle.budgets.BudgetDepasse` when one takes
    longer than `BUDGET`.
    """
    with budget(BUDGET):
        lues = chiffres.sommes(filtre)
        annulees = filtre.visites().filter(annulee_le__isnull=False).count() if filtre.annulees else 0
    return Totaux(
        visites=lues.visites,
        passages=lues.passages,
        demandes=lues.demandes,
        minutes=lues.minutes,
        minutes_estimees=lues.minutes_estimees,
        annulees=annulees,
    )
