"""Keep the daily aggregates: what one is computed from, and the days to compute again.

A trigger writes a mark (point, day) with each change of a visit or a request, in its transaction. Here,
in one transaction, the marks that are seen are deleted and their days computed again, under a lock of the
point: what is committed meanwhile leaves its own mark. Readers (`accueil.chiffres`) count marked days from
the visits themselves, so that a figure is exact whether this has run or not.
"""

import logging
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import DatabaseError, connection, transaction

from accueil import agregats_mois, agregats_reseau, colonnes
from accueil.ecriture_agregats import remplacer
from accueil.models.agregats import (
    CLES_DES_DEMANDES,
    CLES_DES_VISITES,
    DES_DEMANDES,
    DES_VISITES,
    AgregatJour,
    Repartition,
)

logger = logging.getLogger(__name__)

VERROU = 60_600  # first half of the advisory locks: the second is the point
JOURS_PAR_LOT = 31  # days of a point computed in one transaction
COLONNES = AgregatJour.colonnes()
NOMS = ", ".join(COLONNES)


def _litteral(valeur) -> str:
    return str(valeur) if isinstance(valeur, bool | int) else f"'{valeur}'"


def tableau(repartition: Repartition) -> str:
    """The array of one distribution: a filtered count a value."""
    champ = repartition.champ
    comptes = (
        f"count(*) FILTER (WHERE {champ} IS NULL)"
        if valeur is None
        else f"count(*) FILTER (WHERE {champ} = {_litteral(valeur)})"
        for valeur in repartition.valeurs
    )
    return f"ARRAY[{', '.join(comptes)}]::integer[] AS {repartition.colonne}"


def _suite(colonnes: Iterable[str]) -> str:
    return "".join(f", {colonne}" for colonne in colonnes)


def _objet(colonne: str, champ: str, table: str) -> str:
    """Counts by key of one day, as a JSON object."""
    return f"""LEFT JOIN (
  SELECT point_id, jour, jsonb_object_agg(coalesce({champ}::text, ''), n) AS {colonne} FROM (
    SELECT point_id, jour, {champ}, count(*) AS n FROM {table} GROUP BY 1, 2, 3
  ) c GROUP BY 1, 2
) par_{colonne} USING (point_id, jour)"""  # noqa: S608 — names of this module only


# Each visit enters the index of requests by itself: for a month of all points the planner would read those of
# ten years.
UNE_A_UNE = """CROSS JOIN LATERAL (
  SELECT * FROM accueil_demande q WHERE q.visite_id = v.id OFFSET 0) d"""


def calcul(
    condition: str = "true",
    source: str = "accueil_visite v",
    jointure: str = "JOIN accueil_demande d ON d.visite_id = v.id",
    colonnes: Collection[str] = COLONNES,
) -> str:
    """SQL of the aggregates as the visits say them: those of `condition` that are not cancelled.

    `source` gives the visits (alias `v`), `jointure` finds their requests (alias `d`). Columns have the names
    of the table's; distributions that are not among `colonnes` are left out.
    """
    des_visites = [r for r in DES_VISITES if r.colonne in colonnes]
    des_demandes = [r for r in DES_DEMANDES if r.colonne in colonnes]
    objets = [(c, _objet(c, champ, "retenue")) for c, champ in CLES_DES_VISITES if c in colonnes]
    objets += [(c, _objet(c, champ, "demandee")) for c, champ in CLES_DES_DEMANDES if c in colonnes]
    lues = [r.colonne for r in des_visites]
    lues += [
        f"coalesce({r.colonne}, array_fill(0, ARRAY[{len(r.valeurs)}])) AS {r.colonne}" for r in des_demandes
    ]
    lues += [f"coalesce({c}, '{{}}') AS {c}" for c, _ in objets]
    tableaux_v, tableaux_d = (_suite(map(tableau, sorte)) for sorte in (des_visites, des_demandes))
    champs = ", ".join(f"v.{champ}" for champ in (*(r.champ for r in DES_VISITES), "commune_id"))
    return f"""
WITH retenue AS (
  SELECT v.id, v.point_id, v.jour, v.personnes, v.duree, v.duree_estimee, {champs}
  FROM {source} WHERE v.annulee_le IS NULL AND {condition}
), demandee AS (
  SELECT v.point_id, v.jour, d.theme_id, d.partenaire_id, d.registre, d.aide, d.issue
  FROM retenue v {jointure}
), par_visite AS (
  SELECT point_id, jour, count(*)::integer AS visites, sum(personnes)::integer AS passages,
    sum(duree)::integer AS minutes,
    coalesce(sum(duree) FILTER (WHERE duree_estimee), 0)::integer AS minutes_estimees{tableaux_v}
  FROM retenue GROUP BY 1, 2
), par_demande AS (
  SELECT point_id, jour, count(*)::integer AS demandes{tableaux_d} FROM demandee GROUP BY 1, 2
)
SELECT point_id, jour, visites, passages, minutes, minutes_estimees,
  coalesce(demandes, 0) AS demandes{_suite(lues)}
FROM par_visite LEFT JOIN par_demande USING (point_id, jour) {" ".join(o for _, o in objets)}"""  # noqa: S608


_DU_LOT = calcul("v.point_id = ANY(%(points)s) AND v.jour = ANY(%(jours)s::date[])", jointure=UNE_A_UNE)
RECALCUL = remplacer(AgregatJour, _DU_LOT, "a.point_id = ANY(%(points)s) AND a.jour = ANY(%(jours)s::date[])")
_DU_MOIS = "v.jour >= %(mois)s AND v.jour < (%(mois)s::date + interval '1 month')::date"
REMPLISSAGE = (
    f"INSERT INTO accueil_agregatjour ({NOMS}) "  # noqa: S608
    f"SELECT {NOMS} FROM ({calcul(_DU_MOIS, jointure=UNE_A_UNE)}) c"
)


def mois_des_visites(curseur) -> list[date]:
    """The first day of each month, from that of the first visit to that of the last."""
    curseur.execute(
        "SELECT m::date FROM (SELECT min(jour) AS du, max(jour) AS au FROM accueil_visite) b,"
        " generate_series(date_trunc('month', du), au, interval '1 month') m ORDER BY 1"
    )
    return [mois for (mois,) in curseur.fetchall()]


def remplir(curseur, mois: date) -> None:
    """Compute a month of all points that has no aggregate yet, for who has just filled the visits: they lie
    together.

    The network is added up once all months are (`agregats_reseau.remplir`).
    """
    curseur.execute(REMPLISSAGE, {"mois": mois})
    agregats_mois.remplir(curseur, mois)
    colonnes.remplir(curseur, mois)


def recalculer(points: Iterable[int], jours: Iterable[date]) -> int:
    """Compute days of points again with their months and the network's, and delete the marks seen.

    Returns how many days were not so before. The lock of a point makes two of these wait. The marks go first:
    a change committed between the two statements is counted and stays marked.
    """
    valeurs: dict[str, Any] = {"points": sorted(points), "jours": sorted(jours)}
    with transaction.atomic(), connection.cursor() as curseur:
        for point in valeurs["points"]:
            _verrouiller(curseur, point)
        curseur.execute(
            "DELETE FROM accueil_marqueagregat"
            " WHERE point_id = ANY(%(points)s) AND jour = ANY(%(jours)s::date[])",
            valeurs,
        )
        curseur.execute(RECALCUL, valeurs)
        changes = [jour for (jour,) in curseur.fetchall()]
        mois = agregats_mois.recalculer(curseur, valeurs["points"], valeurs["jours"])
        colonnes.recalculer(curseur, valeurs["points"], valeurs["jours"])
        if changes or mois:
            _verrouiller(curseur, agregats_reseau.RESEAU)
            agregats_reseau.recalculer(curseur, set(changes), set(mois))
    return len(changes)


def refaire_le_reseau(jours: Collection[date]) -> None:
    """Add up the network's days and their months again, whatever they say."""
    with transaction.atomic(), connection.cursor() as curseur:
        _verrouiller(curseur, agregats_reseau.RESEAU)
        agregats_reseau.recalculer(curseur, jours, {jour.replace(day=1) for jour in jours})


def _verrouiller(curseur, cle: int) -> None:
    """Hold the lock of a point, then that of the network, to the end of the transaction."""
    curseur.execute("SELECT pg_advisory_xact_lock(%s, %s)", [VERROU, cle])


_LOT_SUIVANT = """
SELECT DISTINCT point_id, jour FROM accueil_marqueagregat
WHERE (point_id, jour) > (%(point)s, %(jour)s)
  AND point_id = (SELECT point_id FROM accueil_marqueagregat WHERE (point_id, jour) > (%(point)s, %(jour)s)
                  ORDER BY point_id, jour LIMIT 1)
ORDER BY jour LIMIT %(limite)s
"""


def rattraper(lots_max: int | None = None) -> bool:
    """Compute marked days again, a point's month at a time; whether all that were found marked have been.

    Each pair is looked at once: days that are marked again meanwhile wait for the next call. A lot that the
    database refuses is told in the log and keeps its marks, and the others are computed.
    """
    faits, point, jour = True, 0, date.min
    while lots_max is None or lots_max > 0:
        with connection.cursor() as curseur:
            curseur.execute(_LOT_SUIVANT, {"point": point, "jour": jour, "limite": JOURS_PAR_LOT})
            paires = curseur.fetchall()
        if not paires:
            return faits
        point, jour = paires[-1]
        try:
            recalculer([point], [j for _, j in paires])
        except DatabaseError:
            logger.exception("agrégats: point %s, du %s au %s", point, paires[0][1], jour)
            faits = False
        lots_max = None if lots_max is None else lots_max - 1
    return False
