"""The map of the départements: which are coloured, how strongly, and what overseas insets show."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from pimms.socle.graphiques import NIVEAUX, echelle
from pimms.socle.typographie import nombre

OUTRE_MER = ("971", "972", "973", "974", "976")  # always drawn; others where there is a point
COTE, PAS, HAUT = 56, 68, 598  # of the overseas squares, in units of the drawing
METROPOLE = frozenset((*(f"{n:02}" for n in range(1, 96) if n != 20), "2A", "2B"))
COURONNE = ("75", "92", "93", "94")  # drawn again, larger


@dataclass(frozen=True)
class Departement:
    """One département with points of the filter."""

    code: str
    nom: str
    points: int
    visites: int
    demandes: int
    niveau: int
    url: str


@dataclass(frozen=True)
class Inset:
    """A square for a département overseas; `lieu` None where no point is."""

    code: str
    x: int
    lieu: Departement | None

    @property
    def milieu(self) -> int:
        return self.x + COTE // 2


@dataclass(frozen=True)
class Carte:
    """Départements of the filter, by code; those of metropolitan France without a point are drawn plain."""

    lieux: dict[str, Departement]
    bornes: list[int]  # upper ends of the classes

    Y, COTE = HAUT, COTE
    titre, unite = "Visites par département", "visites"

    @property
    def vides(self) -> list[str]:
        return sorted(METROPOLE - self.lieux.keys())

    @property
    def pleins(self) -> list[Departement]:
        return [lieu for code, lieu in self.lieux.items() if code in METROPOLE]

    @property
    def couronne(self) -> list[tuple[str, Departement | None]]:
        return [(code, self.lieux.get(code)) for code in COURONNE]

    @property
    def outre_mer(self) -> list[Inset]:
        codes = sorted({*OUTRE_MER, *(self.lieux.keys() - METROPOLE)})
        return [Inset(code, PAS * n, self.lieux.get(code)) for n, code in enumerate(codes)]

    @property
    def sans_visite(self) -> bool:
        """Whether a département has points and no visit."""
        return any(not lieu.visites for lieu in self.lieux.values())

    @property
    def legende(self) -> list[tuple[int, str]]:
        """Each class of value, in words."""
        bas = [0, *self.bornes]
        return [(n + 1, f"{nombre(bas[n] + 1)} à {nombre(haut)}") for n, haut in enumerate(self.bornes)]


@cache
def traces() -> dict[str, str]:
    """The outline of each département, by code, for a file that stands alone."""
    dessin = Path(settings.BASE_DIR) / "static" / "vendor" / "svg-maps" / "departements.svg"
    return dict(re.findall(r'<path id="d(\w+)" d="([^"]+)"', dessin.read_text(encoding="utf-8")))


def classes(valeurs: Iterable[int]) -> list[int]:
    """Upper ends, rounded, of at most five classes that hold about as many départements each.

    Equal steps would put all but the largest town in the first.
    """
    rangees = sorted(v for v in valeurs if v)
    if not rangees:
        return [echelle(0)]
    rangs = (-(-len(rangees) * n // NIVEAUX) - 1 for n in range(1, NIVEAUX + 1))
    return sorted({_arrondir(rangees[rang]) for rang in rangs if rang >= 0})


def _arrondir(valeur: int) -> int:
    """Up to two significant figures, so that no bound tells a value."""
    pas = 10 ** max(len(str(valeur)) - 2, 0)
    return -(-valeur // pas) * pas


def dessiner(lignes: Iterable[tuple[str, str, int, int, int, str]]) -> Carte:
    """Give each département its class of value. Each line: code, name, points, visits, requests, address."""
    tout = sorted(lignes)
    bornes = classes(visites for _, _, _, visites, *_ in tout)
    return Carte(
        {
            code: Departement(code, nom, points, visites, demandes, _niveau(visites, bornes), url)
            for code, nom, points, visites, demandes, url in tout
        },
        bornes,
    )


def _niveau(visites: int, bornes: list[int]) -> int:
    return 1 + bisect_left(bornes, visites) if visites else 0
