"""From when on a register is deployed, and how many are due: dated numbers, kept by quality.

Imports flow upwards only, so the pages of the lower apps can't ask quality: it says here, when it starts,
how they are read (`suivre`). There is no other copy of these numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Regle:
    """`repere` documented interventions over `mois` months deploy a register; of the eight, `seuil` are due
    of an association and of the network, `seuil_point` of a point.

    `depuis`: first day of the latest decision; None while nobody has decided otherwise than the file.
    """

    repere: int
    mois: int
    seuil: int
    seuil_point: int
    depuis: date | None = None


_lectures: list[Callable[[date], Regle]] = []


def suivre(lecture: Callable[[date], Regle]) -> None:
    """Say how the rule in force on a day is read, in one statement."""
    _lectures[:] = [lecture]


def regle_du(jour: date) -> Regle:
    """The rule in force on a day."""
    return _lectures[0](jour)
