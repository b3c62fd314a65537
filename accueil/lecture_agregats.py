"""The SQL statement that reads a filter's figures: months, days and marked days, added up by the database.

Where a condition crosses dimensions, see `accueil.lecture_colonnes`.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from accueil import agregats_mois
from accueil.agregats import NOMS, calcul
from accueil.agregats_mois import A_CLES, REPARTITIONS
from accueil.filtres import Filtre
from accueil.models.agregats import HEURES, JOURS_DU_MOIS, PAR_JOUR, SEMAINE, ReseauJour, ReseauMois
from pimms.socle.periodes import Periode, par_mois

PAS = {
    "jour": "{}",
    "semaine": "date_trunc('week', {})::date",
    "mois": "date_trunc('month', {})::date",
}
# The slice of a day; a whole month that began before the first slice is of that one.
TRANCHE = "(%(coupes)s::date[])[greatest(width_bucket(jour, %(coupes)s::date[]), 1)]"
# What is told of each period, and of each point of several, with how it is read.
SOMMES = {nom: nom for nom in agregats_mois.SOMMES} | {"resolues": "issues[1]"}
# Months, and days with their sign: those of the points, those of the network.
Sources = tuple[str, str]
DES_POINTS: Sources = ("mois", "jour")
DU_RESEAU: Sources = ("mois_reseau", "jour_reseau")
POUR_SOMMES = (*agregats_mois.SOMMES, "issues")


def ordre(
    filtre: Filtre,
    periodes: list[Periode],
    pas: str,
    coupes: Sequence[date],
    *,
    communes: bool,
    par_point: bool,
) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters. One row of lists, in the order of `accueil.chiffres.lire`."""
    sources, valeurs, ou = _sources(filtre, periodes)
    cles = [_par_cle(ou, c) for c in A_CLES if c != "communes"]
    cles.insert(A_CLES.index("communes"), _par_cle(DES_POINTS, "communes") if communes else "NULL")
    points = _par_point() if par_point else "NULL"
    debut, ouvrir = PAS[pas].format("jour"), pas != "mois"
    if coupes:
        valeurs["coupes"] = list(coupes)
        debut = f"CASE rang WHEN {len(periodes) - 1} THEN {TRANCHE} ELSE {debut} END"
        ouvrir = ouvrir or any(coupe.day != 1 for coupe in coupes[1:])
    # A month of one point, or of the network, is a row: adding such up takes longer to write than to read.
    seuls = filtre.points is None or len(filtre.points) == 1
    courbe = _courbe(ou, debut, ouvrir, seuls)
    listes = [_sommes(ou), points, courbe, _repartitions(ou, seuls), _semaine(ou, seuls), *cles]
    return f"WITH {sources}\nSELECT " + ",\n".join(listes), valeurs


def ordre_des_sommes(filtre: Filtre) -> tuple[str, dict[str, Any]]:
    """The statement of what the filter's period adds up to, alone, and its parameters."""
    sources, valeurs, ou = _sources(filtre, [filtre.periode])
    return f"WITH {sources}\nSELECT {_sommes(ou)}", valeurs


def _sources(filtre: Filtre, periodes: list[Periode]) -> tuple[str, dict[str, Any], Sources]:
    """CTEs, their parameters, and which of them hold the fewest rows of the filter's points."""
    sources, valeurs = sources_de(filtre, periodes)
    if filtre.points is None:
        return f"{sources}, {_du_reseau()}", valeurs, DU_RESEAU
    return sources, valeurs, DES_POINTS


def sources_de(
    filtre: Filtre, periodes: list[Periode], colonnes: Collection[str] = ()
) -> tuple[str, dict[str, Any]]:
    """CTEs that end with `mois` and `jour`, each row with the rank of its period, and their parameters.

    `colonnes`: those to read beside the key; all of them by default.
    """
    valeurs: dict[str, Any] = {"points": points_de(filtre)}
    source = _des_agregats(filtre, periodes, colonnes, valeurs)
    return f"{_fenetres(periodes, valeurs)}, {source}", valeurs


def points_de(filtre: Filtre) -> list[int] | None:
    """Keys of the filter's points as a parameter; None for all of them."""
    return None if filtre.points is None else sorted(filtre.points)


def ordre_par_point(periode: Periode, points: frozenset[int]) -> tuple[str, dict[str, Any]]:
    """The statement of the sums of each of these points over a period, and its parameters."""
    sources, valeurs = sources_de(Filtre(periode, points), [periode], POUR_SOMMES)
    return f"WITH {sources}\nSELECT {_par_point()}", valeurs


def _fenetres(periodes: list[Periode], valeurs: dict[str, Any]) -> str:
    """The periods as a table; their days are added to the parameters."""
    for n, periode in enumerate(periodes):
        valeurs |= {f"du{n}": periode.du, f"au{n}": periode.au}
    fenetres = (f"({n}, %(du{n})s::date, %(au{n})s::date)" for n in range(len(periodes)))
    return f"fenetre (rang, du, au) AS (VALUES {', '.join(fenetres)})"


def portee(filtre: Filtre, alias: str) -> str:
    """SQL that keeps the rows of the filter's points; `%(points)s` is that of `points_de`."""
    # The keys of all points lead through the index by point and day, which days alone would not.
    points = "ARRAY(SELECT id FROM accueil_pointaccueil)" if filtre.points is None else "%(points)s"
    return f"{alias}.point_id = ANY({points})"


def _dans_les_periodes(periodes: list[Periode], alias: str) -> str:
    bornes = (f"{alias}.jour BETWEEN %(du{n})s AND %(au{n})s" for n in range(len(periodes)))
    return f"({' OR '.join(bornes)})"


# Each marked day enters the index of visits by itself, whatever the planner thinks there is to read.
MARQUEES = """marquee m CROSS JOIN LATERAL (
  SELECT * FROM accueil_visite w WHERE w.point_id = m.point_id AND w.jour = m.jour OFFSET 0) v"""


def _des_agregats(
    filtre: Filtre, periodes: list[Periode], colonnes: Collection[str], valeurs: dict[str, Any]
) -> str:
    """CTEs `mois`, and `jour` with its sign: days added to these months or taken away from them.

    A marked day is taken away as the aggregates have it, and added as the visits say.
    """
    mois, jours = [], []
    for rang, periode in enumerate(periodes):
        entiers, restes = par_mois(periode)
        mois += [(rang, 1, *entiers)] if entiers else []
        jours += [(rang, sens, reste.du, reste.au) for reste, sens in restes]
    des_points = portee(filtre, "a")
    des_mois, des_jours, brutes = agregats_mois.NOMS, NOMS, calcul(source=MARQUEES)
    if colonnes:
        des_mois, des_jours = (f"point_id, {temps}, {', '.join(colonnes)}" for temps in ("mois", "jour"))
        brutes = calcul(source=MARQUEES, colonnes=colonnes)
    return f"""entier (rang, sens, du, au) AS ({_lignes("mois", mois, valeurs)}
), reste (rang, sens, du, au) AS ({_lignes("reste", jours, valeurs)}
), marquee AS MATERIALIZED (
  SELECT DISTINCT a.point_id, a.jour FROM accueil_marqueagregat a
  WHERE {des_points} AND {_dans_les_periodes(periodes, "a")}
), brute AS MATERIALIZED ({brutes}
), mois AS (
  SELECT f.rang, {des_mois} FROM entier f JOIN accueil_agregatmois a ON a.mois BETWEEN f.du AND f.au
  WHERE {des_points}
), jour AS (
  SELECT f.rang, f.sens, {des_jours} FROM reste f JOIN accueil_agregatjour a ON a.jour BETWEEN f.du AND f.au
  WHERE {des_points}
  UNION ALL SELECT f.rang, -1, {_noms("a", des_jours)}
    FROM marquee m JOIN fenetre f ON m.jour BETWEEN f.du AND f.au
    JOIN accueil_agregatjour a ON a.point_id = m.point_id AND a.jour = m.jour
  UNION ALL SELECT f.rang, 1, {des_jours} FROM brute b JOIN fenetre f ON b.jour BETWEEN f.du AND f.au
)"""  # noqa: S608 — names of this module only


def _du_reseau() -> str:
    """CTEs `mois_reseau` and `jour_reseau`: the same figures, all points in one row, but for marked days."""
    jours, mois = (", ".join(modele.colonnes()) for modele in (ReseauJour, ReseauMois))
    return f"""mois_reseau AS (
  SELECT f.rang, {mois} FROM entier f JOIN accueil_reseaumois a ON a.mois BETWEEN f.du AND f.au
), jour_reseau AS (
  SELECT f.rang, f.sens, {jours} FROM reste f JOIN accueil_reseaujour a ON a.jour BETWEEN f.du AND f.au
  UNION ALL SELECT f.rang, -1, {_noms("a", jours)} FROM marquee m
    JOIN fenetre f ON m.jour BETWEEN f.du AND f.au
    JOIN accueil_agregatjour a ON a.point_id = m.point_id AND a.jour = m.jour
  UNION ALL SELECT f.rang, 1, {jours} FROM brute b JOIN fenetre f ON b.jour BETWEEN f.du AND f.au
)"""  # noqa: S608 — names of this module only


def _noms(alias: str, noms: str) -> str:
    return ", ".join(f"{alias}.{nom}" for nom in noms.split(", "))


def _lignes(nom: str, lignes: Iterable[tuple[int, int, date, date]], valeurs: dict[str, Any]) -> str:
    """Rows (rank, sign, from, to) as a table; their days are added to the parameters."""
    textes = []
    for n, (rang, sens, du, au) in enumerate(lignes):
        valeurs |= {f"{nom}_du{n}": du, f"{nom}_au{n}": au}
        textes.append(f"({rang}, {sens}, %({nom}_du{n})s::date, %({nom}_au{n})s::date)")
    return f"VALUES {', '.join(textes)}" if textes else "SELECT 0, 0, NULL::date, NULL::date WHERE false"


def liste(colonnes: str, suite: str) -> str:
    """Rows as one value: a list of lists."""
    return f"(SELECT json_agg(json_build_array({colonnes})) {suite})"


def _somme(terme: str, source: str) -> str:
    return f"sum({terme})" if source.startswith("mois") else f"sum(sens * {terme})"


def _places(colonne: str, longueur: int, source: str, seuls: bool = False) -> str:
    """A list by place: of rows added up, or of each row as it is (`seuls`)."""
    if seuls:
        return f"{colonne}::bigint[]"
    return f"ARRAY[{', '.join(_somme(f'{colonne}[{n + 1}]', source) for n in range(longueur))}]"


def _sommes(ou: Sources) -> str:
    """What each period adds up to: of the months, then of the days."""
    noms = ", ".join(SOMMES)
    groupes = (
        f"SELECT rang, {', '.join(_somme(c, source) for c in SOMMES.values())} FROM {source} GROUP BY 1"  # noqa: S608
        for source in ou
    )
    return liste(f"rang, {noms}", f"FROM ({' UNION ALL '.join(groupes)}) t (rang, {noms})")


def _repartitions(ou: Sources, seuls: bool) -> str:
    """The distributions of the first period."""
    noms = ", ".join(r.colonne for r in REPARTITIONS)
    groupes = (
        f"SELECT {', '.join(_places(r.colonne, len(r.valeurs), source, tels) for r in REPARTITIONS)}"  # noqa: S608
        f" FROM {source} WHERE rang = 0{_par_rang(tels)}"
        for source, tels in zip(ou, (seuls, False), strict=True)
    )
    return liste(noms, f"FROM ({' UNION ALL '.join(groupes)}) t ({noms})")


def _par_rang(seuls: bool) -> str:
    return "" if seuls else " GROUP BY rang"


def _semaine(ou: Sources, seuls: bool) -> str:
    """Hours of the first period: those of the months, from Monday's on, then of the days, by weekday."""
    mois, jour = ou
    semaine, heures = _places("semaine", SEMAINE, mois, seuls), _places(HEURES.colonne, PAR_JOUR, jour)
    return liste(
        "jour, heures",
        f"FROM (SELECT 0, {semaine} FROM {mois} WHERE rang = 0{_par_rang(seuls)} "  # noqa: S608
        f"UNION ALL SELECT extract(isodow FROM jour)::integer - 1, {heures}"
        f" FROM {jour} WHERE rang = 0 GROUP BY 1) t (jour, heures)",
    )


def _courbe(ou: Sources, debut: str, ouvrir: bool, seuls: bool) -> str:
    """Visits by first day of their step, `debut`: whole months as they are, or opened up into their days."""
    des_mois, des_jours = ou
    mois = f"SELECT rang, mois, visites FROM {des_mois}"  # noqa: S608
    if ouvrir:
        jours = _places("jours", JOURS_DU_MOIS, des_mois)
        entiers = des_mois
        if not seuls:
            entiers = f"(SELECT rang, mois, {jours} AS jours FROM {des_mois} GROUP BY 1, 2) t"  # noqa: S608
        mois = (
            f"SELECT rang, mois + n::integer - 1, valeur FROM {entiers} "  # noqa: S608
            "CROSS JOIN LATERAL unnest(jours) WITH ORDINALITY u (valeur, n) WHERE valeur > 0"
        )
    return liste(
        "rang, debut, n",
        f"FROM (SELECT rang, {debut}, sum(visites) FROM ("  # noqa: S608
        f"{mois} UNION ALL SELECT rang, jour, sens * visites FROM {des_jours}) t (rang, jour, visites)"
        " GROUP BY 1, 2 HAVING sum(visites) > 0) t (rang, debut, n)",
    )


def _par_point() -> str:
    """What each point did in the first period: of the months, then of the days."""
    noms = ", ".join(SOMMES)
    groupes = (
        f"SELECT point_id, {', '.join(_somme(c, source) for c in SOMMES.values())}"  # noqa: S608
        f" FROM {source} WHERE rang = 0 GROUP BY 1"
        for source in DES_POINTS
    )
    return liste(f"point_id, {noms}", f"FROM ({' UNION ALL '.join(groupes)}) t (point_id, {noms})")


def _par_cle(ou: Sources, colonne: str) -> str:
    sources = (
        f"SELECT {sens}, {colonne} FROM {source} WHERE rang = 0"  # noqa: S608
        for sens, source in zip(("1", "sens"), ou, strict=True)
    )
    return liste(
        "cle, n",
        f"FROM (SELECT e.cle, sum(l.sens * e.n::integer) AS n FROM ({' UNION ALL '.join(sources)})"  # noqa: S608
        f" l (sens, comptes) CROSS JOIN LATERAL jsonb_each_text(l.comptes) e (cle, n)"
        " GROUP BY 1 HAVING sum(l.sens * e.n::integer) > 0) t",
    )
