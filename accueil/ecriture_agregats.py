"""SQL that the writers of aggregates have in common."""

from collections.abc import Sequence

from accueil.models.agregats import Calcule


def places(colonne: str, longueur: int) -> str:
    """An array added up place by place."""
    sommes = ", ".join(f"sum({colonne}[{n + 1}])" for n in range(longueur))
    return f"ARRAY[{sommes}]::integer[] AS {colonne}"


def objet(colonne: str, source: str, cle: Sequence[str]) -> str:
    """Counts by key, added up over the rows of `source` with one key, as a JSON object to join."""
    noms = ", ".join(cle)
    return f"""LEFT JOIN (
  SELECT {noms}, jsonb_object_agg(valeur, n) AS {colonne} FROM (
    SELECT {noms}, e.valeur, sum(e.n::integer) AS n
    FROM {source} CROSS JOIN LATERAL jsonb_each_text({colonne}) e (valeur, n) GROUP BY {noms}, e.valeur
  ) c GROUP BY {noms}
) par_{colonne} USING ({noms})"""  # noqa: S608 — names of these modules only


def remplacer(modele: type[Calcule], calcul: str, portee: str) -> str:
    """SQL that puts computed rows in the place of those of `portee` (alias `a`), and gives back the days or
    months that changed. A row that says the same already is not written again."""
    cle, colonnes, table = modele.cle(), modele.colonnes(), modele._meta.db_table
    autres, noms = colonnes[len(cle) :], ", ".join(colonnes)
    gardees, neuves = (", ".join(f"{alias}.{c}" for c in autres) for alias in ("a", "EXCLUDED"))
    return f"""
WITH calcule AS ({calcul}), retire AS (
  DELETE FROM {table} a WHERE {portee}
    AND NOT EXISTS (SELECT FROM calcule c WHERE {" AND ".join(f"c.{c} = a.{c}" for c in cle)})
  RETURNING a.{cle[-1]}
), ecrit AS (
  INSERT INTO {table} AS a ({noms}) SELECT {noms} FROM calcule
  ON CONFLICT ({", ".join(cle)}) DO UPDATE SET {", ".join(f"{c} = EXCLUDED.{c}" for c in autres)}
  WHERE ({gardees}) IS DISTINCT FROM ({neuves}) RETURNING a.{cle[-1]}
)
SELECT {cle[-1]} FROM retire UNION ALL SELECT {cle[-1]} FROM ecrit"""  # noqa: S608 — names of these modules only
