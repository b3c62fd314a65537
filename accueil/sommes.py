"""What figures are made of: sums, curves and distributions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Sommes:
    """What a period adds up to; `par_point`, of the first period alone, by key of the points with visits."""

    visites: int = 0
    passages: int = 0
    minutes: int = 0
    minutes_estimees: int = 0
    demandes: int = 0
    resolues: int = 0  # requests whose outcome is « Résolu »
    courbe: Mapping[date, int] = field(default_factory=dict)  # visits by first day of each step
    par_point: Mapping[int, "Sommes"] = field(default_factory=dict)


@dataclass(frozen=True)
class Chiffres(Sommes):
    """All of a period. A distribution gives a count by value (None: unknown) or by key, as text."""

    repartitions: Mapping[str, Mapping[Any, int]] = field(default_factory=dict)
    chaleur: Mapping[tuple[int, int], int] = field(default_factory=dict)  # (0 is Monday, hour): visits


Lus = tuple[Chiffres, list[Sommes]]  # a period, and those it is compared with
