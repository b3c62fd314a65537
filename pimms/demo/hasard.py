"""Reproducible chance: one generator per use, so that a change in one place moves no other."""

from collections.abc import Mapping
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Hasard(Random):
    """A generator named after the run's seed and what it is for."""

    def __init__(self, graine: int, *usage: object) -> None:
        super().__init__("/".join(str(u) for u in (graine, *usage)))

    def __new__(cls, *_args: object) -> "Hasard":
        return super().__new__(cls)

    def chance(self, probabilite: float) -> bool:
        """True with this probability."""
        return self.random() < probabilite

    def pese(self, poids: Mapping[T, float]) -> T:
        """One key, drawn with its weight."""
        return self.choices(list(poids), list(poids.values()))[0]

    def facteur(self, etendue: float) -> float:
        """A positive factor around 1 (log-normal of that sigma)."""
        return self.lognormvariate(0, etendue)

    def bassin(self, poids: Mapping[T, float], taille: int) -> list[T]:
        """A pool to draw from evenly: cheaper, millions of times, than a weighted draw."""
        return self.choices(list(poids), list(poids.values()), k=taille)
