"""Figures of the visits that meet conditions: sums, curve and distributions, counted lot by lot."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from accueil.agregats_mois import A_CLES
from accueil.colonnes import VALEURS
from accueil.filtres import Filtre
from accueil.lecture_agregats import SOMMES
from accueil.lecture_colonnes import (
    POUR_SOMMES,
    RESOLU,
    Lot,
    Tableau,
    jours_de_semaine,
    lots,
)
from accueil.models.agregats import HEURES, PAR_JOUR
from accueil.sommes import Chiffres, Lus, Sommes
from pimms.socle.periodes import Periode

DETAILS = frozenset({*VALEURS, *A_CLES})
PAS: Mapping[str, Callable[[date], date]] = {
    "jour": lambda jour: jour,
    "semaine": lambda jour: date.fromordinal(jour.toordinal() - jour.weekday()),
    "mois": lambda jour: jour.replace(day=1),
}


def lire(
    filtre: Filtre,
    periodes: list[Periode],
    pas: str,
    coupes: Sequence[date],
    *,
    communes: bool,
    par_point: bool,
) -> Lus:
    """The same as `accueil.chiffres.lire`, one statement a period, for who holds one moment."""
    comptes = [_Compte(lire_details=not rang) for rang in range(len(periodes))]
    for compte, periode in zip(comptes, periodes, strict=True):
        details = DETAILS if communes else DETAILS - {"communes"}
        for lot in lots(filtre, periode, POUR_SOMMES | details if compte.lire_details else POUR_SOMMES):
            compte.ajouter(lot)
    debuts = [PAS[pas]] * len(periodes)
    if coupes:
        debuts[-1] = lambda jour: coupes[bisect_right(coupes, jour) - 1]
    total, *autres = (
        compte.sommes(debut, par_point and compte.lire_details)
        for compte, debut in zip(comptes, debuts, strict=True)
    )
    return Chiffres(**vars(total), **comptes[0].details()), autres


def sommes_par_mois(lot: Lot) -> Mapping[str, Tableau]:
    """The sums of each month of a lot, by name."""
    durees, estimees = lot.visites["durees"], lot.visites["estimees"]
    return {
        "visites": lot.par_mois(lot.rangs),
        "passages": lot.par_mois(lot.rangs, lot.visites["personnes"]),
        "minutes": lot.par_mois(lot.rangs, durees),
        "minutes_estimees": lot.par_mois(lot.rangs, durees * estimees),
        "demandes": lot.par_mois(lot.rangs_demandes),
        "resolues": lot.par_mois(lot.rangs_demandes, lot.demandes["issues"] == RESOLU),
    }


def sommes(filtre: Filtre) -> Sommes:
    """What the filter's period adds up to, alone, without its curve; one statement."""
    total: Counter[str] = Counter()
    for lot in lots(filtre, filtre.periode, POUR_SOMMES):
        total.update({nom: int(tableau.sum()) for nom, tableau in sommes_par_mois(lot).items()})
    return Sommes(**_nombres(total))


class _Compte:
    """What the lots of one period add up to."""

    def __init__(self, *, lire_details: bool) -> None:
        self.lire_details = lire_details
        self.par_point: dict[int, Counter[str]] = {}
        self.jours: Counter[date] = Counter()
        self.places: dict[str, Tableau] = {c: np.zeros(len(VALEURS[c]), np.int64) for c in VALEURS}
        self.cles: dict[str, Counter[str]] = {colonne: Counter() for colonne in A_CLES}
        self.semaine = np.zeros(7 * PAR_JOUR, np.int64)

    def ajouter(self, lot: Lot) -> None:
        for nom, tableau in sommes_par_mois(lot).items():
            for (point, _), somme in zip(lot.mois, tableau.tolist(), strict=True):
                self.par_point.setdefault(point, Counter())[nom] += somme
        jours = np.bincount(lot.rangs * 32 + lot.visites["jours"])
        for place in np.flatnonzero(jours):
            rang, jour = divmod(int(place), 32)
            self.jours[lot.mois[rang][1] + timedelta(days=jour - 1)] += int(jours[place])
        if self.lire_details:
            self._ajouter_details(lot)

    def _ajouter_details(self, lot: Lot) -> None:
        for colonne, valeurs in (*lot.visites.items(), *lot.demandes.items()):
            if colonne in self.places:
                self.places[colonne] += np.bincount(valeurs, minlength=len(VALEURS[colonne]))
            elif colonne in self.cles:
                cles, nombres = np.unique(valeurs, return_counts=True)
                self.cles[colonne].update(dict(zip(map(_cle, cles.tolist()), nombres.tolist(), strict=True)))
        jours = jours_de_semaine(lot.mois, lot.rangs, lot.visites["jours"])
        self.semaine += np.bincount(jours * PAR_JOUR + lot.visites["heures"], minlength=7 * PAR_JOUR)

    def sommes(self, debut: Callable[[date], date], par_point: bool) -> Sommes:
        """What the period adds up to; `debut`: the first day of a day's step."""
        courbe: Counter[date] = Counter()
        for jour, n in self.jours.items():
            courbe[debut(jour)] += n
        total: Counter[str] = sum(self.par_point.values(), Counter())
        points = {cle: s for cle, s in self.par_point.items() if s["visites"]} if par_point else {}
        return Sommes(
            **_nombres(total),
            courbe=dict(courbe),
            par_point={cle: Sommes(**_nombres(comptes)) for cle, comptes in points.items()},
        )

    def details(self) -> dict[str, Any]:
        """The distributions and the heat map."""
        fermees = {c: dict(zip(VALEURS[c], self.places[c].tolist(), strict=True)) for c in VALEURS}
        heures = VALEURS[HEURES.colonne]
        chaleur = {
            (place // PAR_JOUR, heures[place % PAR_JOUR]): n
            for place, n in enumerate(self.semaine.tolist())
            if n
        }
        return {
            "repartitions": fermees | {colonne: dict(comptes) for colonne, comptes in self.cles.items()},
            "chaleur": {place: n for place, n in chaleur.items() if place[1] is not None},
        }


def _nombres(comptes: Counter[str]) -> dict[str, Any]:
    return {nom: comptes[nom] for nom in SOMMES}


def _cle(valeur: int | bytes) -> str:
    """A key as text, « » where there is none."""
    return valeur.decode().strip() if isinstance(valeur, bytes) else str(valeur or "")
