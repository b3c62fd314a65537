"""The SQL that reads a filter's figures from the visits: conditions that cross what aggregates keep apart.

Visits follow the index by day, and lead one by one to their requests. Where requests have a condition, they
are read by themselves: they bear no day, but they follow the keys of visits, and these the days but for late
entries, so that the first and last key of a period bound the stretch that is read.
"""

from typing import Any

from accueil.agregats import UNE_A_UNE, tableau
from accueil.agregats_mois import A_CLES, REPARTITIONS
from accueil.filtres import Filtre
from accueil.lecture_agregats import PAS, SOMMES, liste, points_de
from accueil.models.agregats import CLES_DES_DEMANDES, CLES_DES_VISITES, DES_DEMANDES, DES_VISITES, HEURES
from accueil.models.visites import Issue
from pimms.socle.periodes import Periode

_COMPTES = ("point_id", "jour", "personnes", "duree", "duree_estimee")
_DETAILS = tuple(dict.fromkeys((*(r.champ for r in DES_VISITES), *(champ for _, champ in CLES_DES_VISITES))))
_DEMANDES = tuple(
    dict.fromkeys((*(r.champ for r in DES_DEMANDES), *(champ for _, champ in CLES_DES_DEMANDES)))
)


def ordre(
    filtre: Filtre,
    periodes: list[Periode],
    pas: str,
    *,
    communes: bool,
    par_point: bool,
    autres_canaux: bool = False,
) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters. One row of lists, in the order of `accueil.chiffres.lire`.

    `autres_canaux`: of the visits of any other channel than the filter's.
    """
    sources, valeurs = sources_de(filtre, periodes, autres_canaux=autres_canaux)
    noms = ", ".join(SOMMES)
    totaux = ", ".join(f"sum({nom})" for nom in SOMMES)
    listes = [
        liste(f"rang, {noms}", f"FROM (SELECT rang, {totaux} FROM cumul GROUP BY 1) t (rang, {noms})"),  # noqa: S608
        _par_point(noms, totaux) if par_point else "NULL",
        liste(
            "rang, debut, n",
            f"FROM (SELECT rang, {PAS[pas].format('jour')}, sum(visites) FROM cumul"  # noqa: S608
            " GROUP BY 1, 2 HAVING sum(visites) > 0) t (rang, debut, n)",
        ),
        _repartitions(),
        liste(
            "jour, heures",
            f"FROM (SELECT extract(isodow FROM jour)::integer - 1 AS jour, {tableau(HEURES)}"  # noqa: S608
            " FROM visite0 GROUP BY 1) t",
        ),
    ]
    champs = dict((*CLES_DES_VISITES, *CLES_DES_DEMANDES))
    for colonne in A_CLES:
        lue = communes or colonne != "communes"
        listes.append(_par_cle(champs[colonne], colonne) if lue else "NULL")
    return f"WITH {sources}\nSELECT " + ",\n".join(listes), valeurs


def sources_de(
    filtre: Filtre, periodes: list[Periode], *, autres_canaux: bool = False
) -> tuple[str, dict[str, Any]]:
    """CTEs and their parameters: `visite0` and `demande0`, the rows of the first period; `cumul`, the sums of
    each period by rank, point and day."""
    valeurs: dict[str, Any] = {"canal": filtre.canal, "auteur": filtre.auteur and filtre.auteur.pk}
    valeurs |= {"semaine": filtre.semaine, "heure": filtre.heure, "points": points_de(filtre)}
    valeurs |= {c: getattr(v, "pk", v) for c, v in filtre.sur_demandes.items()}
    ctes: list[str] = []
    cumuls: list[str] = []
    for rang, periode in enumerate(periodes):
        valeurs |= {f"du{rang}": periode.du, f"au{rang}": periode.au}
        ctes += _lignes(filtre, rang, "<>" if autres_canaux else "=")
        cumuls += _cumuls(rang)
    return ", ".join((*ctes, f"cumul AS MATERIALIZED ({' UNION ALL '.join(cumuls)})")), valeurs


def _lignes(filtre: Filtre, rang: int, du_canal: str) -> list[str]:
    """CTEs of one period: the visits and the requests that meet the conditions. `du_canal` compares the
    channel of visits (never empty) with the filter's."""
    details, demandes = (_DETAILS, _DEMANDES) if rang == 0 else ((), ("issue",))
    des_visites = ", ".join(f"v.{c}" for c in ("id", *_COMPTES, *details))
    des_demandes = ", ".join(f"d.{c}" for c in demandes)
    portee = [f"v.jour BETWEEN %(du{rang})s AND %(au{rang})s"]
    portee += [] if filtre.points is None else ["v.point_id = ANY(%(points)s)"]
    conditions = [*portee, "v.annulee_le IS NULL"]
    conditions += [f"v.canal {du_canal} %(canal)s"] if filtre.canal else []
    conditions += ["v.auteur_id = %(auteur)s"] if filtre.auteur else []
    conditions += ["extract(isodow FROM v.jour) = %(semaine)s"] if filtre.semaine else []
    conditions += ["v.heure = %(heure)s"] if filtre.heure is not None else []
    ou = " AND ".join(conditions)
    if not filtre.sur_demandes:
        return [
            f"visite{rang} AS MATERIALIZED (SELECT {des_visites} FROM accueil_visite v WHERE {ou})",  # noqa: S608
            f"demande{rang} AS MATERIALIZED (SELECT v.point_id, v.jour, {des_demandes}"  # noqa: S608
            f" FROM visite{rang} v {UNE_A_UNE})",
        ]
    # Counted too, so that keys are not walked one by one from either end in search of a day.
    bornes = (
        f"borne{rang} AS MATERIALIZED (SELECT min(v.id) AS premiere, max(v.id) AS derniere, count(*)"  # noqa: S608
        f" FROM accueil_visite v WHERE {' AND '.join(portee)})"
    )
    troncon = f"d.visite_id BETWEEN (SELECT premiere FROM borne{rang}) AND (SELECT derniere FROM borne{rang})"  # noqa: S608
    egales = {
        "theme": "d.theme_id = %(theme)s",
        "partenaire": "d.partenaire_id = %(partenaire)s",
        "partenaire__isnull": "d.partenaire_id IS NULL",
    }
    garde = " AND ".join(egales.get(c, f"d.{c} = %({c})s") for c in filtre.sur_demandes)
    return [
        bornes,
        f"demande{rang} AS MATERIALIZED (SELECT {des_visites}, {des_demandes} FROM accueil_visite v"  # noqa: S608
        f" JOIN accueil_demande d ON d.visite_id = v.id WHERE {ou} AND {troncon} AND {garde})",
        f"visite{rang} AS MATERIALIZED (SELECT DISTINCT ON (id) * FROM demande{rang})",  # noqa: S608
    ]


def _cumuls(rang: int) -> list[str]:
    """Sums of one period by point and day: of the visits, then of the requests."""
    resolues = f"count(*) FILTER (WHERE issue = '{Issue.RESOLU.value}')"
    return [
        f"SELECT {rang} AS rang, point_id, jour, count(*)::integer AS visites,"  # noqa: S608
        " sum(personnes)::integer AS passages, sum(duree)::integer AS minutes,"
        " coalesce(sum(duree) FILTER (WHERE duree_estimee), 0)::integer AS minutes_estimees,"
        f" 0 AS demandes, 0 AS resolues FROM visite{rang} GROUP BY 2, 3",
        f"SELECT {rang}, point_id, jour, 0, 0, 0, 0, count(*)::integer, {resolues}::integer"  # noqa: S608
        f" FROM demande{rang} GROUP BY 2, 3",
    ]


def _par_point(noms: str, totaux: str) -> str:
    return liste(
        f"rang, point_id, {noms}",
        f"FROM (SELECT rang, point_id, {totaux} FROM cumul GROUP BY 1, 2) t (rang, point_id, {noms})",  # noqa: S608
    )


def _repartitions() -> str:
    """The distributions of the first period."""
    groupes = (
        f"(SELECT {', '.join(tableau(r) for r in siennes if r is not HEURES)} FROM {source}) {source}"  # noqa: S608
        for source, siennes in (("visite0", DES_VISITES), ("demande0", DES_DEMANDES))
    )
    return liste(", ".join(r.colonne for r in REPARTITIONS), f"FROM {', '.join(groupes)}")


def _par_cle(champ: str, colonne: str) -> str:
    source = "visite0" if (colonne, champ) in CLES_DES_VISITES else "demande0"
    return liste(
        "cle, n",
        f"FROM (SELECT coalesce({champ}::text, '') AS cle, count(*) AS n FROM {source} GROUP BY {champ}) t",  # noqa: S608
    )
