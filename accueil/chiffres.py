"""Figures of the visits of a filter over a period, and over the one it is compared with.

Without a condition on visits or requests, days are read from the aggregates, marked days from the visits
themselves: one statement, so one snapshot, in which a figure counts exactly what was committed. With one
(a channel, an author, a theme, a partner, a register, an outcome), the visits are read, within `BUDGET`.

Grain: visits, passages and minutes are those of visits; requests are counted apart. Hours, channels,
public and first visits count visits; themes, partners, registers, outcomes and kinds of help count
requests. With a condition on requests, visits hold at least one that meets it, requests meet it.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from accueil.agregats import NOMS, SOMMES, calcul
from accueil.filtres import Filtre
from accueil.models.agregats import CLES_DES_DEMANDES, CLES_DES_VISITES, DES_DEMANDES, DES_VISITES
from pimms.socle.budgets import budget
from pimms.socle.periodes import Periode

BUDGET = 5_000  # milliseconds, as the journal's totals
PAS = {
    "jour": "l.jour",
    "semaine": "date_trunc('week', l.jour)::date",
    "mois": "date_trunc('month', l.jour)::date",
}
REPARTITIONS = (*DES_VISITES, *DES_DEMANDES)
A_CLES = tuple(colonne for colonne, _ in (*CLES_DES_VISITES, *CLES_DES_DEMANDES))


@dataclass(frozen=True)
class Chiffres:
    """What a period holds. A distribution gives a count by value (None: unknown) or by key, as text."""

    visites: int = 0
    passages: int = 0
    minutes: int = 0
    minutes_estimees: int = 0
    demandes: int = 0
    repartitions: Mapping[str, Mapping[Any, int]] = field(default_factory=dict)
    chaleur: Mapping[tuple[int, int], int] = field(default_factory=dict)  # (0 is Monday, hour): visits
    courbe: Mapping[date, int] = field(default_factory=dict)  # visits by first day of each step


def _portee(filtre: Filtre, alias: str) -> str:
    return "true" if filtre.points is None else f"{alias}.point_id = ANY(%(points)s)"


def _fenetres(periodes: list[Periode], alias: str) -> str:
    bornes = (f"{alias}.jour BETWEEN %(du{n})s AND %(au{n})s" for n in range(len(periodes)))
    return f"({' OR '.join(bornes)})"


# Each marked day enters the index of visits by itself, whatever the planner thinks there is to read.
_MARQUEES = """marquee m CROSS JOIN LATERAL (
  SELECT * FROM accueil_visite w WHERE w.point_id = m.point_id AND w.jour = m.jour OFFSET 0) v"""


def source(filtre: Filtre, periodes: list[Periode]) -> str:
    """CTEs that end with `ligne`: days of points, from the aggregates or from the visits."""
    if filtre.selectif:
        conditions = [_portee(filtre, "v"), _fenetres(periodes, "v")]
        conditions += ["v.canal = %(canal)s"] if filtre.canal else []
        conditions += ["v.auteur_id = %(auteur)s"] if filtre.auteur else []
        colonnes = {"theme": "theme_id", "partenaire": "partenaire_id"}
        demandes = [f"d.{colonnes.get(c, c)} = %({c})s" for c in filtre.sur_demandes]
        garde = " AND ".join(demandes) or "true"
        if demandes:
            conditions.append(f"EXISTS (SELECT FROM accueil_demande d WHERE d.visite_id = v.id AND {garde})")
        return f"ligne AS MATERIALIZED ({calcul(' AND '.join(conditions), garde)})"
    portee, fenetres = _portee(filtre, "a"), _fenetres(periodes, "a")
    return f"""marquee AS MATERIALIZED (
  SELECT DISTINCT a.point_id, a.jour FROM accueil_marqueagregat a WHERE {portee} AND {fenetres}
), brute AS MATERIALIZED ({calcul(source=_MARQUEES)}
), ligne AS NOT MATERIALIZED (
  SELECT {NOMS} FROM accueil_agregatjour a WHERE {portee} AND {fenetres}
    AND NOT EXISTS (SELECT FROM marquee m WHERE m.point_id = a.point_id AND m.jour = a.jour)
  UNION ALL SELECT {NOMS} FROM brute
)"""  # noqa: S608 — names of this module only


def _ordre(filtre: Filtre, periodes: list[Periode], pas: str) -> str:
    """The one statement: sums by weekday, the curve, and each distribution by key."""
    sommes = ", ".join(f"sum(l.{c}) AS {c}" for c in SOMMES)
    tableaux = ", ".join(
        f"ARRAY[{', '.join(f'sum(l.{r.colonne}[{n + 1}])' for n in range(len(r.valeurs)))}] AS {r.colonne}"
        for r in REPARTITIONS
    )
    fenetres = ", ".join(f"({n}, %(du{n})s::date, %(au{n})s::date)" for n in range(len(periodes)))
    joints = "ligne l JOIN fenetre f ON l.jour BETWEEN f.du AND f.au"
    cles = ", ".join(
        f"(SELECT json_agg(t) FROM (SELECT f.rang, e.cle, sum(e.n::integer) AS n FROM {joints}"  # noqa: S608
        f" CROSS JOIN LATERAL jsonb_each_text(l.{colonne}) e (cle, n) GROUP BY 1, 2) t)"
        for colonne in A_CLES
    )
    return f"""
WITH fenetre (rang, du, au) AS (VALUES {fenetres}), {source(filtre, periodes)}
SELECT
 (SELECT json_agg(t) FROM (SELECT f.rang, extract(isodow FROM l.jour)::integer - 1 AS jour, {sommes},
    {tableaux} FROM {joints} GROUP BY 1, 2) t),
 (SELECT json_agg(t) FROM (SELECT f.rang, {PAS[pas]} AS debut, sum(l.visites) AS visites
    FROM {joints} GROUP BY 1, 2) t),
 {cles}"""  # noqa: S608


def parametres(filtre: Filtre, periodes: Sequence[Periode]) -> dict[str, Any]:
    """The values that a statement over `source` takes."""
    valeurs: dict[str, Any] = {"canal": filtre.canal, "auteur": filtre.auteur and filtre.auteur.pk}
    valeurs |= {c: getattr(v, "pk", v) for c, v in filtre.sur_demandes.items()}
    valeurs["points"] = None if filtre.points is None else sorted(filtre.points)
    for n, periode in enumerate(periodes):
        valeurs |= {f"du{n}": periode.du, f"au{n}": periode.au}
    return valeurs


def lire(
    filtre: Filtre, autres: Sequence[Periode] = (), pas: str = "jour", *, sans_budget: bool = False
) -> list[Chiffres]:
    """Figures of the filter's period, then the same over each of the others; the curve by `pas`.

    One statement. Raises `pimms.socle.budgets.BudgetDepasse` past `BUDGET`, unless a task reads, which has
    its own limit.
    """
    periodes = [filtre.periode, *autres]
    with nullcontext() if sans_budget else budget(BUDGET), connection.cursor() as curseur:
        curseur.execute(_ordre(filtre, periodes, pas), parametres(filtre, periodes))
        listes = [lignes or [] for lignes in curseur.fetchone()]
    return [
        _assembler(*([ligne for ligne in lignes if ligne["rang"] == rang] for lignes in listes))
        for rang in range(len(periodes))
    ]


def _assembler(jours: list[dict], courbe: list[dict], *par_cle: list[dict]) -> Chiffres:
    """The figures of one period, from the lines that the database added up by weekday."""
    repartitions: dict[str, dict[Any, int]] = {
        r.colonne: {valeur: sum(j[r.colonne][n] for j in jours) for n, valeur in enumerate(r.valeurs)}
        for r in REPARTITIONS
    }
    for colonne, lignes in zip(A_CLES, par_cle, strict=True):
        repartitions[colonne] = {ligne["cle"]: ligne["n"] for ligne in lignes}
    return Chiffres(
        **{somme: sum(j[somme] for j in jours) for somme in SOMMES},
        repartitions=repartitions,
        chaleur={(j["jour"], h): n for j in jours for h, n in enumerate(j["heures"][:24]) if n},
        courbe={date.fromisoformat(ligne["debut"]): ligne["visites"] for ligne in courbe},
    )
