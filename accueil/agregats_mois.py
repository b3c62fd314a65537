"""The months of a point: sums of its days, written in the transaction that writes these.

A month is computed from the visits only to be compared with them. As it is at every moment the sum of its
days as the aggregates have them, a reader (`accueil.lecture_agregats`) may take away those that are marked.
"""

from collections.abc import Iterable
from datetime import date

from accueil.ecriture_agregats import objet, places, remplacer
from accueil.models.agregats import (
    CLES_DES_DEMANDES,
    CLES_DES_VISITES,
    DES_DEMANDES,
    DES_VISITES,
    HEURES,
    JOURS_DU_MOIS,
    PAR_JOUR,
    AgregatMois,
)

SOMMES = ("visites", "passages", "minutes", "minutes_estimees", "demandes")
# What days and months hold alike; hours are kept by weekday in a month.
REPARTITIONS = tuple(r for r in (*DES_VISITES, *DES_DEMANDES) if r is not HEURES)
A_CLES = tuple(colonne for colonne, _ in (*CLES_DES_VISITES, *CLES_DES_DEMANDES))
COLONNES = AgregatMois.colonnes()
NOMS = ", ".join(COLONNES)


def _tableau(termes: Iterable[str], nom: str) -> str:
    return f"ARRAY[{', '.join(termes)}]::integer[] AS {nom}"


def additionner(jours: str) -> str:
    """SQL of the months that some days make up, with the columns of `NOMS`.

    `jours`: rows as the daily table holds them, by name or between parentheses.
    """
    visites = (f"coalesce(sum(visites) FILTER (WHERE jour = mois + {n}), 0)" for n in range(JOURS_DU_MOIS))
    heures = (
        f"coalesce(sum(heures[{heure + 1}]) FILTER (WHERE rang = {jour}), 0)"
        for jour in range(1, 8)
        for heure in range(PAR_JOUR)
    )
    sommes = ", ".join(f"sum({c})::integer AS {c}" for c in SOMMES)
    noms = ", ".join(f"coalesce({c}, '{{}}') AS {c}" if c in A_CLES else c for c in COLONNES)
    return f"""
WITH du_mois AS MATERIALIZED (
  SELECT j.*, date_trunc('month', jour)::date AS mois, extract(isodow FROM jour)::integer AS rang
  FROM {jours} j
), somme AS (
  SELECT point_id, mois, {sommes}, {_tableau(visites, "jours")}, {_tableau(heures, "semaine")},
    {", ".join(places(r.colonne, len(r.valeurs)) for r in REPARTITIONS)}
  FROM du_mois GROUP BY 1, 2
)
SELECT {noms} FROM somme {" ".join(objet(c, "du_mois", AgregatMois.cle()) for c in A_CLES)}"""  # noqa: S608 — names of this module only


_JOURS = """(SELECT a.* FROM accueil_agregatjour a JOIN unnest(%(mois)s::date[]) m (debut)
  ON a.jour >= m.debut AND a.jour < m.debut + interval '1 month' WHERE a.point_id = ANY(%(points)s))"""
_RECALCUL = remplacer(
    AgregatMois, additionner(_JOURS), "a.point_id = ANY(%(points)s) AND a.mois = ANY(%(mois)s::date[])"
)
_DU_MOIS = """(SELECT * FROM accueil_agregatjour
  WHERE jour >= %(mois)s AND jour < (%(mois)s::date + interval '1 month')::date)"""
_REMPLISSAGE = f"INSERT INTO accueil_agregatmois ({NOMS}) {additionner(_DU_MOIS)}"


def recalculer(curseur, points: list[int], jours: Iterable[date]) -> list[date]:
    """Add up again the months of these days, just written by the caller, who holds the locks of the points.

    Returns the months that were not so before.
    """
    mois = sorted({jour.replace(day=1) for jour in jours})
    curseur.execute(_RECALCUL, {"points": points, "mois": mois})
    return [change for (change,) in curseur.fetchall()]


def remplir(curseur, mois: date) -> None:
    """Add up a month of all points that has none yet."""
    curseur.execute(_REMPLISSAGE, {"mois": mois})
