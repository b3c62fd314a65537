"""Figures of the journal, for the same filter as the list and the export."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from accueil.filtres import Filtre
from pimms.socle.budgets import budget

BUDGET = 5_000  # milliseconds a statement: the network over a year, up to some millions of visits


@dataclass(frozen=True)
class Totaux:
    """What the filter finds, cancelled visits apart.

    `visites` counts rows, a tally for one; `passages` adds up its persons, and nobody is told apart
    from anybody. With a condition on requests, `demandes` counts only the requests that meet it, and
    the other figures the visits that hold at least one. `minutes` are those of the visits, of which
    `minutes_estimees` were not chosen by anyone.
    """

    visites: int
    passages: int
    demandes: int
    minutes: int
    minutes_estimees: int
    annulees: int = 0


def totaliser(filtre: Filtre) -> Totaux:
    """Add up the visits of a filter in one statement, two with a condition on requests.

    Raises `pimms.socle.budgets.BudgetDepasse` when one takes longer than `BUDGET`.
    """
    comptees = Q(annulee_le__isnull=True)
    with budget(BUDGET):
        sommes = filtre.visites().aggregate(
            visites=Count("pk", filter=comptees),
            passages=Coalesce(Sum("personnes", filter=comptees), 0),
            minutes=Coalesce(Sum("duree", filter=comptees), 0),
            minutes_estimees=Coalesce(Sum("duree", filter=comptees & Q(duree_estimee=True)), 0),
            demandes=Coalesce(Sum("nb_demandes", filter=comptees), 0),
            annulees=Count("pk", filter=~comptees),
        )
        if filtre.sur_demandes:
            sommes["demandes"] = filtre.demandes(annulees=False).count()
    return Totaux(**sommes)
