"""The map of the départements: which are coloured, how strongly, and what overseas insets show."""

from collections.abc import Iterable
from dataclasses import dataclass

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
    haut: int

    Y, COTE = HAUT, COTE

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
    def legende(self) -> list[tuple[int, str]]:
        """Each class of value, in words."""
        bornes = [self.haut * n // NIVEAUX for n in range(NIVEAUX + 1)]
        return [(n + 1, f"{nombre(bornes[n] + 1)} à {nombre(bornes[n + 1])}") for n in range(NIVEAUX)]


def dessiner(lignes: Iterable[tuple[str, str, int, int, int, str]]) -> Carte:
    """Give each département its class of value: five of them, equal, up to a round number.

    Each line: code, name, points, visits, requests, address.
    """
    tout = sorted(lignes)
    haut = echelle(max((ligne[3] for ligne in tout), default=0))
    haut = -(-haut // NIVEAUX) * NIVEAUX
    return Carte(
        {
            code: Departement(code, nom, points, visites, demandes, -(-visites * NIVEAUX // haut), url)
            for code, nom, points, visites, demandes, url in tout
        },
        haut,
    )
