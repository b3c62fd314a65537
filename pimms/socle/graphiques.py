"""Charts as data: places worked out here, drawn by templates/composants/graphiques/. No Django here.

Own SVG rather than a library: four kinds are needed, without a script (the content policy forbids inline
ones), and the same drawing serves the page, its file and the reports. Each has a title, a unit and the
values themselves for a table; lengths, sizes and words say what colours say.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from pimms.socle.parts import parts_entieres
from pimms.socle.typographie import JOURS, compte, nombre

LARGEUR, HAUTEUR = 1000, 200  # of a curve's drawing, stretched to its place
NIVEAUX = 5  # of a heat map
# Their colours where no style sheet reaches: a file, a PDF.
TEINTES = ("", "#bcd6d3", "#bcd6d3", "#7fafad", "#0b5a5e", "#0b5a5e")


def echelle(maximum: int) -> int:
    """The round top of an axis: 1, 2, 4 or 5 times a power of ten, four at least."""
    pas = 1
    while True:
        for haut in (4 * pas, 8 * pas, 10 * pas, 20 * pas):
            if haut >= maximum:
                return haut
        pas *= 10


@dataclass(frozen=True)
class Moment:
    """One step of a curve, None where it is masked, and what the same step held before."""

    libelle: str
    valeur: int | None
    avant: int | None = None
    marque: str = ""  # written under the axis
    url: str = ""  # of the list behind it
    debut: date | None = None  # its first day


@dataclass(frozen=True)
class Courbe:
    """Values over time, beside those of the period before."""

    titre: str
    unite: str
    moments: Sequence[Moment]
    nom_avant: str = ""

    @property
    def haut(self) -> int:
        return echelle(max((v or 0 for m in self.moments for v in (m.valeur, m.avant)), default=0))

    @property
    def graduations(self) -> list[int]:
        """Top, middle and bottom of the axis."""
        return [self.haut, self.haut // 2, 0]

    @property
    def trace(self) -> str:
        """The line as a path, broken where a value is masked."""
        return self._chemin(m.valeur for m in self.moments)

    @property
    def trace_avant(self) -> str:
        """The dotted line, over what has something to face; nothing without a comparison."""
        return self._chemin(m.avant for m in self.moments)

    @property
    def marques(self) -> list[tuple[str, str]]:
        """What is written under the axis, each with its place."""
        return [(m.marque, f"{self._x(n):.4g}") for n, m in enumerate(self.moments) if m.marque]

    @property
    def masques(self) -> int:
        """How many values are not told."""
        return sum(m.valeur is None for m in self.moments)

    @property
    def en_mots(self) -> str:
        """What the drawing says, for who doesn't see it."""
        if not self.moments:
            return f"{self.titre}."
        dit = f"{self.titre}, de {self.moments[0].libelle} à {self.moments[-1].libelle}."
        connus = [(m.valeur, m.libelle) for m in self.moments if m.valeur is not None]
        if connus:
            for mot, (n, quand) in (("Le plus", max(connus)), ("Le moins", min(connus))):
                dit += f" {mot}\u202f: {nombre(n)} ({quand})."
        return f"{dit} {compte(self.masques, 'nombre masqué,nombres masqués')}." if self.masques else dit

    def _x(self, rang: int) -> float:
        return LARGEUR * rang / max(len(self.moments) - 1, 1)

    def _chemin(self, valeurs: Iterable[int | None]) -> str:
        suites = []
        for connue, suite in groupby(enumerate(valeurs), key=lambda place: place[1] is not None):
            if connue:
                suites.append(self._suite([(n, v) for n, v in suite if v is not None]))
        return " ".join(suites)

    def _suite(self, valeurs: list[tuple[int, int]]) -> str:
        haut = self.haut  # once: it looks at every moment
        places = [(self._x(n), HAUTEUR - HAUTEUR * v / haut) for n, v in valeurs]
        if len(places) == 1:  # a point alone draws nothing: a step's level, as wide as there is room
            ((x, y),) = places
            pas = self._x(1) if len(self.moments) == 1 else self._x(1) / 2
            places.append((x - pas if x + pas > LARGEUR else x + pas, y))
        return "M" + " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


@dataclass(frozen=True)
class Case:
    """One square of a heat map: the larger and darker, the more."""

    valeur: int
    niveau: int
    x: int
    y: int
    cote: int
    decalage: int

    @property
    def teinte(self) -> str:
        return TEINTES[self.niveau]


@dataclass(frozen=True)
class Chaleur:
    """Counts by row and column: rows as (label, values), one value a column.

    `url`: address of the list behind a square, from the rank of its row and that of its column.
    """

    titre: str
    unite: str
    colonnes: Sequence[str]
    lignes: Sequence[tuple[str, Sequence[int]]]
    url: Callable[[int, int], str] | None = None

    PAS = 30
    MARGE = 36
    TETE = 4

    @property
    def largeur(self) -> int:
        return self.MARGE + self.PAS * len(self.colonnes)

    @property
    def hauteur(self) -> int:
        return self.TETE + self.PAS * len(self.lignes) + 20

    @property
    def pied(self) -> int:
        """Where the columns' names are written."""
        return self.hauteur - 4

    @property
    def noms_colonnes(self) -> list[tuple[str, int]]:
        """Each column's name with the middle of its place."""
        return [(nom, self.MARGE + self.PAS * n + self.PAS // 2) for n, nom in enumerate(self.colonnes)]

    @property
    def cellules(self) -> list[tuple[str, list[tuple[int, str]]]]:
        """Each row of the table: its name, its values with the list behind those that have one."""
        return [
            (nom, [(v, self.url(y, x) if v and self.url else "") for x, v in enumerate(valeurs)])
            for y, (nom, valeurs) in enumerate(self.lignes)
        ]

    @property
    def par_colonne(self) -> list[tuple[str, tuple[int, ...]]]:
        """Each column with its value in each row, for a page that is higher than wide."""
        valeurs = zip(*(valeurs for _, valeurs in self.lignes), strict=True)
        return list(zip(self.colonnes, valeurs, strict=True))

    @property
    def rangees(self) -> list[tuple[str, int, list[Case]]]:
        """Each row: its name, where that is written, its squares; an empty one has none."""
        maximum = max((v for _, valeurs in self.lignes for v in valeurs), default=0)
        return [
            (
                nom,
                self._y(rang) + self.PAS // 2,
                [self._case(v, maximum, n, rang) for n, v in enumerate(valeurs)],
            )
            for rang, (nom, valeurs) in enumerate(self.lignes)
        ]

    @property
    def en_mots(self) -> str:
        """What the drawing says, for who doesn't see it."""
        cases = [(n, jour, nom) for jour, ns in self.lignes for n, nom in zip(ns, self.colonnes, strict=True)]
        plus, jour, nom = max(cases, key=lambda case: case[0])
        combien = compte(plus, f"{self.unite.removesuffix('s')},{self.unite}")
        return f"{self.titre} Le plus\u202f: {jour}, {nom}, {combien}."

    def _y(self, rang: int) -> int:
        return self.TETE + self.PAS * rang

    def _case(self, valeur: int, maximum: int, colonne: int, rang: int) -> Case:
        niveau = -(-valeur * NIVEAUX // maximum) if valeur else 0
        cote = 8 + 4 * niveau if niveau else 0
        return Case(
            valeur, niveau, self.MARGE + self.PAS * colonne, self._y(rang), cote, (self.PAS - cote) // 2
        )


def par_heure(
    titre: str,
    unite: str,
    comptes: Mapping[tuple[int, int], int],
    url: Callable[[int, int], str] | None = None,
    tranche: int = 1,
) -> Chaleur | None:
    """Weekdays (0 is Monday) and hours that hold something, with those between; None when no hour is known.

    `url`: address of the list behind a weekday and an hour. `tranche`: hours counted at the first of them.
    """
    if not comptes:
        return None
    heures = range(min(h for _, h in comptes), max(h for _, h in comptes) + 1, tranche)
    jours = range(max(5, max(j for j, _ in comptes) + 1))
    lignes = [(JOURS[j], [comptes.get((j, h), 0) for h in heures]) for j in jours]
    noms = [f"{h}\u202fh" if tranche == 1 else f"{h}–{h + tranche}" for h in heures]
    return Chaleur(titre, unite, noms, lignes, url and (lambda j, colonne: url(j, heures[colonne])))


@dataclass(frozen=True)
class Part:
    """One value of a whole. `part` is in percent; the others are places on a bar of 100.

    `largeur` and `debut` are those within the whole, `longueur` beside the largest part.
    """

    libelle: str
    valeur: int
    part: int
    largeur: str
    debut: str
    longueur: str
    url: str = ""
    rang: int = 0
    dont: Sequence[tuple[str, int, str]] = ()  # what « Autres » adds up, where lists stand behind

    HAUTEUR = 38  # of its line in a drawing

    @property
    def y(self) -> int:
        """Where its line begins."""
        return self.HAUTEUR * self.rang


@dataclass(frozen=True)
class Repartition:
    """A whole and its parts, in order; the percentages add up to 100."""

    titre: str
    unite: str
    parts: Sequence[Part]
    note: str = ""
    note_url: str = ""  # of the list of what the note counts

    @property
    def total(self) -> int:
        return sum(p.valeur for p in self.parts)

    @property
    def hauteur(self) -> int:
        """Of a drawing with one line a part, under its title."""
        return 80 + Part.HAUTEUR * len(self.parts)


def repartir(
    titre: str,
    unite: str,
    lignes: Iterable[tuple[str, int, str]],
    note: str = "",
    tete: int = 0,
    note_url: str = "",
) -> Repartition:
    """Make a whole of (label, value, address); with `tete`, the largest that many and « Autres »."""
    gardees = [ligne for ligne in lignes if ligne[1]]
    reste: list[tuple[str, int, str]] = []
    if tete:
        gardees.sort(key=lambda ligne: -ligne[1])
        if len(gardees) > tete + 1:
            reste = gardees[tete:]
            gardees = [*gardees[:tete], (f"Autres ({len(reste)})", sum(n for _, n, _ in reste), "")]
    comptes = [n for _, n, _ in gardees]
    total, debut, parts = sum(comptes), 0, []
    for rang, ((libelle, valeur, url), part) in enumerate(zip(gardees, parts_entieres(comptes), strict=True)):
        largeur, place, barre = (
            f"{100 * x:.4g}" for x in (valeur / total, debut / total, valeur / max(comptes))
        )
        dont = reste if rang == tete and any(u for *_, u in reste) else ()
        parts.append(Part(libelle, valeur, part, largeur, place, barre, url, rang, dont))
        debut += valeur
    return Repartition(titre, unite, parts, note, note_url)
