"""The SQL statement that reads a filter's figures: months, days and visits, added up by the database."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from accueil import agregats_mois
from accueil.agregats import NOMS, calcul
from accueil.agregats_mois import A_CLES, REPARTITIONS, SOMMES
from accueil.filtres import Filtre
from accueil.models.agregats import HEURES, PAR_JOUR
from pimms.socle.periodes import Periode, mois_entiers

PAS = {
    "jour": "{}",
    "semaine": "date_trunc('week', {})::date",
    "mois": "date_trunc('month', {})::date",
}
# What is told of each point of several, with how it is read.
MESURES = {
    "visites": "visites",
    "passages": "passages",
    "minutes": "minutes",
    "demandes": "demandes",
    "resolues": "issues[1]",
}
SEMAINE = 7 * PAR_JOUR


def ordre(
    filtre: Filtre, periodes: Sequence[Periode], pas: str, *, par_point: bool
) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters. One row of lists whose lines begin with their period's rank:

    sums and distributions; weekdays with their hours; the curve; points; counts by key, a list each.
    """
    sources, valeurs = sources_de(filtre, periodes)
    listes = [*_totaux(), _courbe(pas), _par_point() if par_point else "NULL", *map(_par_cle, A_CLES)]
    return f"WITH {sources}\nSELECT " + ",\n".join(listes), valeurs


def sources_de(filtre: Filtre, periodes: Sequence[Periode]) -> tuple[str, dict[str, Any]]:
    """CTEs that end with `mois` and `jour`, whose rows say the rank of their period, and their parameters."""
    valeurs: dict[str, Any] = {"canal": filtre.canal, "auteur": filtre.auteur and filtre.auteur.pk}
    valeurs |= {c: getattr(v, "pk", v) for c, v in filtre.sur_demandes.items()}
    valeurs["points"] = None if filtre.points is None else sorted(filtre.points)
    for n, periode in enumerate(periodes):
        valeurs |= {f"du{n}": periode.du, f"au{n}": periode.au}
    source = _des_visites(filtre, periodes) if filtre.selectif else _des_agregats(filtre, periodes, valeurs)
    fenetres = (f"({n}, %(du{n})s::date, %(au{n})s::date)" for n in range(len(periodes)))
    return f"fenetre (rang, du, au) AS (VALUES {', '.join(fenetres)}), {source}", valeurs


def _portee(filtre: Filtre, alias: str) -> str:
    # The keys of all points lead through the index by point and day, which days alone would not.
    points = "ARRAY(SELECT id FROM accueil_pointaccueil)" if filtre.points is None else "%(points)s"
    return f"{alias}.point_id = ANY({points})"


def _dans_les_periodes(periodes: Sequence[Periode], alias: str) -> str:
    bornes = (f"{alias}.jour BETWEEN %(du{n})s AND %(au{n})s" for n in range(len(periodes)))
    return f"({' OR '.join(bornes)})"


def _des_visites(filtre: Filtre, periodes: Sequence[Periode]) -> str:
    """CTEs `mois`, empty, and `jour`, from the visits that meet the filter's conditions."""
    conditions = [
        "true" if filtre.points is None else _portee(filtre, "v"),
        _dans_les_periodes(periodes, "v"),
    ]
    conditions += ["v.canal = %(canal)s"] if filtre.canal else []
    conditions += ["v.auteur_id = %(auteur)s"] if filtre.auteur else []
    colonnes = {"theme": "theme_id", "partenaire": "partenaire_id"}
    demandes = [f"d.{colonnes.get(c, c)} = %({c})s" for c in filtre.sur_demandes]
    garde = " AND ".join(demandes) or "true"
    if demandes:
        conditions.append(f"EXISTS (SELECT FROM accueil_demande d WHERE d.visite_id = v.id AND {garde})")
    return f"""ligne AS MATERIALIZED ({calcul(" AND ".join(conditions), garde)}
), mois AS (SELECT 0 AS rang, {agregats_mois.NOMS} FROM accueil_agregatmois WHERE false
), jour AS (SELECT f.rang, l.* FROM ligne l JOIN fenetre f ON l.jour BETWEEN f.du AND f.au)"""  # noqa: S608


# Each marked day enters the index of visits by itself, whatever the planner thinks there is to read.
_MARQUEES = """marquee m CROSS JOIN LATERAL (
  SELECT * FROM accueil_visite w WHERE w.point_id = m.point_id AND w.jour = m.jour OFFSET 0) v"""
_SANS_MARQUE = "NOT EXISTS (SELECT FROM marquee m WHERE m.point_id = a.point_id AND m.jour = a.jour)"


def _des_agregats(filtre: Filtre, periodes: Sequence[Periode], valeurs: dict[str, Any]) -> str:
    """CTEs `mois`: whole months without a mark; `jour`: all other days, marked ones from the visits."""
    mois, marges = [], []
    for rang, periode in enumerate(periodes):
        entiers, restes = mois_entiers(periode)
        mois += [(rang, *entiers)] if entiers else []
        marges += [(rang, reste.du, reste.au) for reste in restes]
    portee = _portee(filtre, "a")
    return f"""entier (rang, du, au) AS ({_lignes("mois", mois, valeurs)}
), marge (rang, du, au) AS ({_lignes("marge", marges, valeurs)}
), marquee AS MATERIALIZED (
  SELECT DISTINCT a.point_id, a.jour FROM accueil_marqueagregat a
  WHERE {portee} AND {_dans_les_periodes(periodes, "a")}
), brute AS MATERIALIZED ({calcul(source=_MARQUEES)}
), entame AS MATERIALIZED (
  SELECT DISTINCT point_id, date_trunc('month', jour)::date AS mois FROM marquee
), mois AS (
  SELECT f.rang, {agregats_mois.NOMS} FROM entier f JOIN accueil_agregatmois a ON a.mois BETWEEN f.du AND f.au
  WHERE {portee} AND NOT EXISTS (SELECT FROM entame e WHERE e.point_id = a.point_id AND e.mois = a.mois)
), jour AS (
  SELECT f.rang, {NOMS} FROM marge f JOIN accueil_agregatjour a ON a.jour BETWEEN f.du AND f.au
  WHERE {portee} AND {_SANS_MARQUE}
  UNION ALL SELECT f.rang, {_noms("a")} FROM entier f JOIN entame e ON e.mois BETWEEN f.du AND f.au
    JOIN accueil_agregatjour a ON a.point_id = e.point_id
      AND a.jour >= e.mois AND a.jour < e.mois + interval '1 month'
  WHERE {_SANS_MARQUE}
  UNION ALL SELECT f.rang, {NOMS} FROM brute b JOIN fenetre f ON b.jour BETWEEN f.du AND f.au
)"""  # noqa: S608 — names of this module only


def _noms(alias: str) -> str:
    return ", ".join(f"{alias}.{nom}" for nom in NOMS.split(", "))


def _lignes(nom: str, lignes: Iterable[tuple[int, date, date]], valeurs: dict[str, Any]) -> str:
    """Rows (rank, from, to) as a table; their days are added to the parameters."""
    textes = []
    for n, (rang, du, au) in enumerate(lignes):
        valeurs |= {f"{nom}_du{n}": du, f"{nom}_au{n}": au}
        textes.append(f"({rang}, %({nom}_du{n})s::date, %({nom}_au{n})s::date)")
    return f"VALUES {', '.join(textes)}" if textes else "SELECT 0, NULL::date, NULL::date WHERE false"


def _liste(colonnes: str, suite: str) -> str:
    return f"(SELECT json_agg(json_build_array({colonnes})) {suite})"


def _places(colonne: str, longueur: int) -> str:
    return f"ARRAY[{', '.join(f'sum({colonne}[{n + 1}])' for n in range(longueur))}]"


def _totaux() -> list[str]:
    """Sums, distributions and hours: the months' and the days', side by side."""
    sommes = f"ARRAY[{', '.join(f'sum({c})' for c in SOMMES)}]"
    tout = ", ".join([sommes, *(_places(r.colonne, len(r.valeurs)) for r in REPARTITIONS)])
    noms = ", ".join(f"c{n}" for n in range(len(REPARTITIONS) + 1))
    colonnes = ["rang", noms]
    groupes = (f"SELECT rang, {tout} FROM {source} GROUP BY 1" for source in ("mois", "jour"))  # noqa: S608
    jours = (
        f"SELECT rang, 0, {_places('semaine', SEMAINE)} FROM mois GROUP BY 1",  # noqa: S608
        "SELECT rang, extract(isodow FROM jour)::integer - 1, "  # noqa: S608
        f"{_places(HEURES.colonne, PAR_JOUR)} FROM jour GROUP BY 1, 2",
    )
    return [
        _liste(", ".join(colonnes), f"FROM ({' UNION ALL '.join(groupes)}) t (rang, {noms})"),
        _liste("rang, jour, heures", f"FROM ({' UNION ALL '.join(jours)}) t (rang, jour, heures)"),
    ]


def _courbe(pas: str) -> str:
    """Visits by step: whole months as they are, or opened up into their days."""
    mois = "SELECT rang, mois, visites FROM mois"
    if pas != "mois":
        mois = (
            "SELECT rang, mois + n::integer - 1, valeur FROM ("  # noqa: S608
            f"SELECT rang, mois, {_places('jours', 31)} AS jours FROM mois GROUP BY 1, 2) t "
            "CROSS JOIN LATERAL unnest(jours) WITH ORDINALITY u (valeur, n) WHERE valeur > 0"
        )
    return _liste(
        "rang, debut, n",
        f"FROM (SELECT rang, {PAS[pas].format('jour')}, sum(visites) FROM ("  # noqa: S608
        f"{mois} UNION ALL SELECT rang, jour, visites FROM jour) t (rang, jour, visites) GROUP BY 1, 2"
        ") t (rang, debut, n)",
    )


def _par_point() -> str:
    noms, lus = ", ".join(MESURES), ", ".join(MESURES.values())
    sommes = ", ".join(f"sum({c})" for c in MESURES)
    sources = (f"SELECT rang, point_id, {lus} FROM {source}" for source in ("mois", "jour"))  # noqa: S608
    return _liste(
        f"rang, point_id, {noms}",
        f"FROM (SELECT rang, point_id, {sommes} FROM ({' UNION ALL '.join(sources)})"  # noqa: S608
        f" t (rang, point_id, {noms}) GROUP BY 1, 2) t (rang, point_id, {noms})",
    )


def _par_cle(colonne: str) -> str:
    sources = (f"SELECT rang, {colonne} FROM {source}" for source in ("mois", "jour"))  # noqa: S608
    return _liste(
        "rang, cle, n",
        f"FROM (SELECT rang, e.cle, sum(e.n::integer) AS n FROM ({' UNION ALL '.join(sources)}) l"  # noqa: S608
        f" CROSS JOIN LATERAL jsonb_each_text(l.{colonne}) e (cle, n) GROUP BY 1, 2) t",
    )
