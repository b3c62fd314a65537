"""One line of a bench: ours, the floor, what is allowed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ligne:
    """A measure. `valeur` is held against `limite`: a ratio, a count or seconds, as `unite` says."""

    nom: str
    valeur: float
    limite: float
    unite: str
    detail: str = ""

    @property
    def tenue(self) -> bool:
        return self.valeur <= self.limite


@dataclass(frozen=True)
class Tableau:
    """Lines of one measure, with how it was made."""

    titre: str
    methode: str
    lignes: tuple[Ligne, ...]
