"""Requests that count for a register: those of the aggregates, less those that count elsewhere, or nowhere.

A year of the network holds a million requests, of which one in a hundred is a case, was sent on or is out of
scope. So these are looked for one by one, through indexes, and taken away from sums of days and months, in
one statement. The entries behind the figure (`mediation.interventions.SELECTIONS`) are read from the visits.
"""

from accueil import comptes_par_registre

# A case or a redirection is at the point of its request (trigger).
_AUTRES = """
SELECT q.id, q.visite_id, q.registre FROM accueil_demande q
WHERE q.point_id = ANY({cles}) AND q.issue = 'hors_champ' AND q.registre IS NOT NULL
  AND q.visite_id BETWEEN (SELECT premiere FROM etendue) AND (SELECT derniere FROM etendue)
UNION
SELECT q.id, q.visite_id, q.registre FROM (
  SELECT demande_id FROM mediation_dossier WHERE demande_id IS NOT NULL AND {portee}
  UNION ALL SELECT demande_id FROM mediation_redirection WHERE demande_id IS NOT NULL AND {portee}) o
CROSS JOIN LATERAL (SELECT * FROM accueil_demande d WHERE d.id = o.demande_id OFFSET 0) q
WHERE q.registre IS NOT NULL
  AND q.visite_id BETWEEN (SELECT premiere FROM etendue) AND (SELECT derniere FROM etendue)"""
# `otee`: what is taken away of each day; `comptee`: number, months as bits and last month.
_SOURCES = """{sources}, otee AS MATERIALIZED (
  SELECT v.point_id, v.jour, q.registre, count(*)::integer AS n FROM ({autres}) q
  CROSS JOIN LATERAL (SELECT * FROM accueil_visite w WHERE w.id = q.visite_id OFFSET 0) v
  WHERE v.jour BETWEEN %(du)s AND %(au)s AND v.annulee_le IS NULL GROUP BY 1, 2, 3
), comptee AS MATERIALIZED (
  SELECT point_id, registre, sum(n)::bigint AS n,
    bit_or(1::bigint << (width_bucket(mois, %(mois)s::date[]) - 1)) AS bits, max(mois) AS mois
  FROM (
    SELECT point_id, registre, mois, sum(n) FROM (
      SELECT point_id, registre, mois, n FROM mensuel
      UNION ALL SELECT point_id, registre, date_trunc('month', jour)::date, -n FROM otee
    ) l (point_id, registre, mois, n) GROUP BY 1, 2, 3 HAVING sum(n) > 0
  ) l (point_id, registre, mois, n) GROUP BY 1, 2
)"""
# The last day is looked for in the last month alone.
COMPTE = f"""
(SELECT 'demande', c.point_id, c.registre, c.n, c.bits, max(l.jour) FROM comptee c JOIN (
  SELECT point_id, registre, jour FROM (
    {comptes_par_registre.jours("comptee")}
    UNION ALL SELECT point_id, registre, jour, -n FROM otee
  ) t (point_id, registre, jour, n) GROUP BY 1, 2, 3 HAVING sum(n) > 0
) l USING (point_id, registre) GROUP BY 1, 2, 3, 4, 5)"""  # noqa: S608 — fixed texts only


def sources(cles: str, portee: str) -> str:
    """The CTEs that `COMPTE` reads, for an SQL array of points; `portee` says the same of a row's."""
    autres = _AUTRES.format(cles=cles, portee=portee)
    return _SOURCES.format(sources=comptes_par_registre.sources(cles), autres=autres)
