"""Periods of whole local days: ready-made ones, and how they read in French. No Django here."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from pimms.socle.typographie import JOURS, MOIS

UN_JOUR = timedelta(days=1)
SEPT_JOURS = "7_jours"


@dataclass(frozen=True)
class Periode:
    """From `du` to `au`, both days included. Raises ValueError when reversed."""

    du: date
    au: date

    def __post_init__(self) -> None:
        if self.au < self.du:
            raise ValueError("la fin précède le début")

    @property
    def jours(self) -> int:
        """Number of days, both ends counted."""
        return (self.au - self.du).days + 1

    def en_mots(self) -> str:
        """« le lundi 23 novembre 2026 », « du 17 au 23 novembre 2026 »."""
        if self.du == self.au:
            return f"le {JOURS[self.du.weekday()]} {_quantieme(self.du)} {_mois_annee(self.du)}"
        debut = _quantieme(self.du)
        if (self.du.year, self.du.month) != (self.au.year, self.au.month):
            debut += f" {MOIS[self.du.month - 1]}"
        if self.du.year != self.au.year:
            debut += f" {self.du.year}"
        return f"du {debut} au {_quantieme(self.au)} {_mois_annee(self.au)}"


def _quantieme(jour: date) -> str:
    return "1er" if jour.day == 1 else str(jour.day)


def _mois_annee(jour: date) -> str:
    return f"{MOIS[jour.month - 1]} {jour.year}"


def finissant_le(au: date, jours: int) -> Periode:
    """The `jours` days that end on `au`; shorter where the calendar itself begins (year 1)."""
    return Periode(date.fromordinal(max(1, au.toordinal() - jours + 1)), au)


def _mois_dernier(aujourdhui: date) -> Periode:
    veille = aujourdhui.replace(day=1) - UN_JOUR
    return Periode(veille.replace(day=1), veille)


def mois_finissant_le(au: date, mois: int) -> Periode:
    """The months that end on that day, included: one year back to the day after, for twelve."""
    rang = au.year * 12 + au.month - 1 - mois
    annee, numero = divmod(rang, 12)
    # Where that month has no such day, its last one stands for it.
    veille = date(annee, numero + 1, min(au.day, monthrange(annee, numero + 1)[1]))
    return Periode(veille + UN_JOUR, au)


def mois_de(jour: date) -> Periode:
    """The month that holds that day."""
    return Periode(jour.replace(day=1), jour.replace(day=monthrange(jour.year, jour.month)[1]))


def annee_de(jour: date) -> Periode:
    """The calendar year that holds that day."""
    return Periode(jour.replace(month=1, day=1), jour.replace(month=12, day=31))


def par_mois(periode: Periode) -> tuple[tuple[date, date] | None, list[tuple[Periode, int]]]:
    """A period as months, by the first day of the first and of the last, then the days to add (1) or take
    away (-1): the month of either end is taken whole where the period holds more than half of it."""
    premier, dernier = periode.du.replace(day=1), periode.au.replace(day=1)
    entiers, jours = set(), []
    for mois in sorted({premier, dernier}):
        fin = mois_de(mois).au
        du, au = max(mois, periode.du), min(fin, periode.au)
        if 2 * ((au - du).days + 1) <= fin.day:
            jours.append((Periode(du, au), 1))
            continue
        entiers.add(mois)
        jours += [(Periode(mois, du - UN_JOUR), -1)] if mois < du else []
        jours += [(Periode(au + UN_JOUR, fin), -1)] if au < fin else []
    if premier == dernier:
        return ((premier, premier) if entiers else None), jours
    du = premier if premier in entiers else mois_de(premier).au + UN_JOUR
    au = dernier if dernier in entiers else (dernier - UN_JOUR).replace(day=1)
    return ((du, au) if du <= au else None), jours


_CALCULS: dict[str, tuple[str, Callable[[date], Periode]]] = {
    "aujourd_hui": ("Aujourd’hui", lambda j: Periode(j, j)),
    SEPT_JOURS: ("7 jours", lambda j: finissant_le(j, 7)),
    "semaine": ("Cette semaine", lambda j: finissant_le(j, j.weekday() + 1)),
    "mois": ("Ce mois-ci", lambda j: finissant_le(j, j.day)),
    "mois_dernier": ("Le mois dernier", _mois_dernier),
    "12_mois": ("12 mois", lambda j: mois_finissant_le(j, 12)),
}
PRESELECTIONS: tuple[tuple[str, str], ...] = tuple((code, nom) for code, (nom, _) in _CALCULS.items())


def preselection(code: str, aujourdhui: date) -> Periode:
    """The ready-made period of that code as seen on that local day. Raises KeyError if unknown."""
    return _CALCULS[code][1](aujourdhui)
