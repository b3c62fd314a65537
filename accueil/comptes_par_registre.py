"""Requests by point, register and month, read from the aggregates: SQL that `mediation` completes.

Aggregates count every request that bears a register. Which of them count elsewhere, or nowhere, is for
mediation to say in the same statement, and to take away. Marked days are read from the visits, as in
`accueil.lecture_agregats`.
"""

from typing import Any

from accueil.agregats import UNE_A_UNE
from accueil.lecture_agregats import MARQUEES
from accueil.registres import REGISTRES
from pimms.socle.periodes import Periode, par_mois

# `marquee`: marked days of the period; `relue`: their requests, as the visits say; `mensuel`: requests by
# point, month and register, in lines to be added up; `etendue`: first and last key of the period's visits,
# each day's found by itself, whatever the number of visits. {cles}: an array of points.
_SOURCES = """marquee AS MATERIALIZED (
  SELECT DISTINCT m.point_id, m.jour FROM accueil_marqueagregat m
  WHERE m.point_id = ANY({cles}) AND m.jour BETWEEN %(du)s AND %(au)s
), relue AS MATERIALIZED (
  SELECT v.point_id, v.jour, d.registre, count(*)::integer AS n
  FROM {marquees}
  {une_a_une} WHERE v.annulee_le IS NULL AND d.registre IS NOT NULL GROUP BY 1, 2, 3
), agregee (point_id, mois, sens, registres) AS (
  SELECT a.point_id, a.mois, 1, a.registres FROM accueil_agregatmois a
  WHERE a.point_id = ANY({cles}) AND a.mois BETWEEN %(entier_du)s AND %(entier_au)s
  UNION ALL SELECT a.point_id, date_trunc('month', a.jour)::date, r.sens, a.registres
  FROM unnest(%(reste_sens)s::integer[], %(reste_du)s::date[], %(reste_au)s::date[]) r (sens, du, au)
  JOIN accueil_agregatjour a ON a.jour BETWEEN r.du AND r.au WHERE a.point_id = ANY({cles})
  UNION ALL SELECT a.point_id, date_trunc('month', a.jour)::date, -1, a.registres
  FROM marquee m JOIN accueil_agregatjour a ON a.point_id = m.point_id AND a.jour = m.jour
), mensuel (point_id, mois, registre, n) AS (
  SELECT a.point_id, a.mois, u.registre::smallint, a.sens * u.n FROM agregee a
  CROSS JOIN LATERAL unnest(a.registres[1:{registres}]) WITH ORDINALITY u (n, registre) WHERE u.n > 0
  UNION ALL SELECT point_id, date_trunc('month', jour)::date, registre, n FROM relue
), etendue AS MATERIALIZED (
  SELECT min(p.id) AS premiere, max(d.id) AS derniere
  FROM generate_series(%(du)s::date, %(au)s::date, interval '1 day') j (jour)
  CROSS JOIN LATERAL (SELECT v.id FROM accueil_visite v WHERE v.jour = j.jour::date ORDER BY v.id LIMIT 1) p
  CROSS JOIN LATERAL (
    SELECT v.id FROM accueil_visite v WHERE v.jour = j.jour::date ORDER BY v.id DESC LIMIT 1) d
)"""
# By day, for months of a point's register: `mois_lus` gives point_id, registre, mois.
_JOURS = """
SELECT m.point_id, m.registre, a.jour, a.registres[m.registre]
FROM {mois_lus} m JOIN accueil_agregatjour a ON a.point_id = m.point_id AND a.jour BETWEEN
  greatest(m.mois, %(du)s) AND least((m.mois + interval '1 month')::date - 1, %(au)s)
WHERE NOT EXISTS (SELECT FROM marquee q WHERE q.point_id = a.point_id AND q.jour = a.jour)
UNION ALL SELECT point_id, registre, jour, n FROM relue"""


def sources(cles: str) -> str:
    """The CTEs, for the points of that SQL array."""
    return _SOURCES.format(cles=cles, marquees=MARQUEES, une_a_une=UNE_A_UNE, registres=len(REGISTRES))


def jours(mois_lus: str) -> str:
    """SQL of point_id, registre, jour and number, over the days of these months that the period holds."""
    return _JOURS.format(mois_lus=mois_lus)


def parametres(periode: Periode) -> dict[str, Any]:
    """What the SQL says of the period."""
    entiers, restes = par_mois(periode)
    du, au = entiers or (None, None)
    return {
        "du": periode.du,
        "au": periode.au,
        "entier_du": du,
        "entier_au": au,
        "reste_sens": [sens for _, sens in restes],
        "reste_du": [reste.du for reste, _ in restes],
        "reste_au": [reste.au for reste, _ in restes],
    }
