"""Figures of the visits that meet conditions, counted from the columns of their months.

A lot holds some months of points, packed (`accueil.colonnes`); each column becomes an array, the conditions a
mask, and the figures are counts of what is left. Marked days are left out of what is stored, and come as lots
of their own, packed from the visits by the same statement.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection

from accueil.colonnes import COLONNES_DES_DEMANDES, COLONNES_DES_VISITES, SORTES, VALEURS, calcul
from accueil.filtres import Filtre
from accueil.lecture_agregats import MARQUEES, points_de, portee
from accueil.models.visites import Issue
from pimms.socle.budgets import continuer
from pimms.socle.periodes import Periode

MOIS_PAR_LOT = 200  # of points: a quarter of a million visits where there are ten million in ten years
DES_VISITES_SEULES = frozenset(c.nom for c in COLONNES_DES_VISITES)
DES_DEMANDES_SEULES = frozenset(c.nom for c in COLONNES_DES_DEMANDES)
# What sums are made of.
POUR_SOMMES = frozenset({"jours", "durees", "estimees", "personnes", "nombres", "issues"})
RESOLU = VALEURS["issues"].index(Issue.RESOLU.value)
Tableau = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Lot:
    """Some months of points: of each visit and request that meets the conditions, its month and columns."""

    mois: Sequence[tuple[int, date]]  # point and first day, by rank
    rangs: Tableau  # of the month of each visit
    visites: Mapping[str, Tableau]
    rangs_demandes: Tableau
    demandes: Mapping[str, Tableau]

    def par_mois(self, rangs: Tableau, poids: Tableau | None = None) -> Tableau:
        """How many of these visits or requests each month has, or what they weigh."""
        return np.bincount(rangs, poids, len(self.mois)).astype(np.int64)

    def croises(self, colonne: str) -> Tableau:
        """Visits by month (line) and place in a closed list."""
        places = len(VALEURS[colonne])
        comptes = np.bincount(self.rangs * places + self.visites[colonne], minlength=len(self.mois) * places)
        return comptes.reshape(len(self.mois), places)


def lots(filtre: Filtre, periode: Periode, colonnes: Iterable[str]) -> Iterator[Lot]:
    """The visits of a period that meet the filter's conditions, with these columns at least; one statement.

    Lots come one by one from a cursor that stays on the server, so that memory holds two of them, whatever
    the period. Raises `pimms.socle.budgets.BudgetDepasse` between two once the block's time is over.
    """
    noms = sorted({"jours", "nombres", *colonnes, *_conditions(filtre)})
    valeurs = {"points": points_de(filtre), "du": periode.du, "au": periode.au}
    with connection.chunked_cursor() as curseur:
        curseur.execute(_ordre(filtre, noms), valeurs)
        lignes = curseur.fetchmany(MOIS_PAR_LOT)
        while lignes:
            yield _lot(filtre, periode, noms, lignes)
            continuer()
            lignes = curseur.fetchmany(MOIS_PAR_LOT) if len(lignes) == MOIS_PAR_LOT else []


def _ordre(filtre: Filtre, noms: Sequence[str]) -> str:
    """One row a month of a point (and the days of it to leave out), or of its marked days."""
    lus = ", ".join(noms)
    return f"""
WITH marquee AS MATERIALIZED (
  SELECT DISTINCT a.point_id, a.jour FROM accueil_marqueagregat a
  WHERE {portee(filtre, "a")} AND a.jour BETWEEN %(du)s AND %(au)s
), exclue AS (
  SELECT point_id, date_trunc('month', jour)::date AS mois,
    array_agg(extract(day FROM jour)::integer) AS jours
  FROM marquee GROUP BY 1, 2
)
SELECT a.point_id, a.mois, exclue.jours, {", ".join(f"a.{nom}" for nom in noms)}
FROM accueil_colonnesmois a LEFT JOIN exclue USING (point_id, mois)
WHERE {portee(filtre, "a")} AND a.mois BETWEEN date_trunc('month', %(du)s::date)::date AND %(au)s
UNION ALL SELECT point_id, mois, NULL, {lus} FROM ({calcul(MARQUEES)}) brute"""  # noqa: S608 — names only


def _conditions(filtre: Filtre) -> dict[str, Any]:
    """What columns must be, by name."""
    voulues = {
        "canaux": filtre.canal or None,
        "auteurs": filtre.auteur and filtre.auteur.pk,
        "heures": filtre.heure,
    }
    demandes = {
        "themes": "theme",
        "partenaires": "partenaire",
        "registres": "registre",
        "issues": "issue",
        "aides": "aide",
    }
    lues = filtre.sur_demandes
    voulues |= {colonne: getattr(lues.get(cle), "pk", lues.get(cle)) for colonne, cle in demandes.items()}
    voulues |= {"partenaires": 0} if filtre.sans_partenaire else {}
    return {
        colonne: VALEURS[colonne].index(valeur) if colonne in VALEURS else valeur
        for colonne, valeur in voulues.items()
        if valeur is not None
    }


def _lot(filtre: Filtre, periode: Periode, noms: Sequence[str], lignes: Sequence[tuple]) -> Lot:
    """Arrays of what the rows hold and the conditions keep."""
    lues = {
        nom: np.frombuffer(b"".join(ligne[3 + n] for ligne in lignes), SORTES[nom])
        for n, nom in enumerate(noms)
    }
    mois = [(point, debut) for point, debut, *_ in lignes]
    rangs = np.repeat(np.arange(len(mois)), [len(ligne[3 + noms.index("jours")]) for ligne in lignes])
    gardees = _dans_la_periode(lignes, rangs, lues["jours"], periode)
    conditions = _conditions(filtre)
    for colonne in conditions.keys() & DES_VISITES_SEULES:
        gardees &= lues[colonne] == conditions[colonne]
    if filtre.semaine:
        gardees &= jours_de_semaine(mois, rangs, lues["jours"]) == filtre.semaine - 1
    # Of each request, its visit.
    visites = np.repeat(np.arange(len(rangs)), lues["nombres"])
    demandees = gardees[visites]
    for colonne in conditions.keys() & DES_DEMANDES_SEULES:
        demandees &= lues[colonne] == conditions[colonne]
    if filtre.sur_demandes:
        gardees = np.zeros_like(gardees)
        gardees[visites[demandees]] = True
    return Lot(
        mois,
        rangs[gardees],
        {nom: lues[nom][gardees] for nom in DES_VISITES_SEULES & lues.keys()},
        rangs[visites[demandees]],
        {nom: lues[nom][demandees] for nom in DES_DEMANDES_SEULES & lues.keys()},
    )


def _dans_la_periode(lignes: Sequence[tuple], rangs: Tableau, jours: Tableau, periode: Periode) -> Tableau:
    """Which visits are of a day of the period that is not left out."""
    debuts = np.array([debut.toordinal() for _, debut, *_ in lignes])
    dates = debuts[rangs] + jours - 1
    gardees = (dates >= periode.du.toordinal()) & (dates <= periode.au.toordinal())
    exclus = np.zeros((len(lignes), 32), bool)
    for rang, ligne in enumerate(lignes):
        exclus[rang, ligne[2] or []] = True
    return gardees & ~exclus[rangs, jours]


def jours_de_semaine(mois: Sequence[tuple[int, date]], rangs: Tableau, jours: Tableau) -> Tableau:
    """The weekday of each visit, 0 for Monday."""
    premiers = np.array([debut.weekday() for _, debut in mois])
    return (premiers[rangs] + jours - 1) % 7
