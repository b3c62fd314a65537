"""What yearly accounts read beside `accueil.chiffres`: sums by month, and the public of each point.

From the same lines as dashboards (aggregates or columns, and the visits of marked days), for who holds one
moment (`pimms.socle.instants`).
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from accueil import lecture_agregats
from accueil.agregats_mois import SOMMES
from accueil.chiffres_croises import sommes_par_mois
from accueil.filtres import Filtre
from accueil.lecture_colonnes import POUR_SOMMES, lots
from accueil.models import PointAccueil
from accueil.models.agregats import DES_VISITES

# Attributes of the public that are told of a year, each apart.
PUBLIC = tuple(r for r in DES_VISITES if r.colonne in ("ages", "genres", "situations", "premieres"))


def par_mois(filtre: Filtre) -> dict[date, dict[str, int]]:
    """Visits, passages, minutes (of which estimated) and requests by first day of month; one statement."""
    lus = _mois_croises(filtre) if filtre.selectif else _mois(filtre)
    return {mois: lus[mois] for mois in sorted(lus) if lus[mois]["visites"]}


def _mois(filtre: Filtre) -> dict[date, dict[str, int]]:
    noms, sommes = ", ".join(SOMMES), ", ".join(f"sum(l.sens * l.{s})::bigint" for s in SOMMES)
    lus = _lire(
        filtre,
        f"SELECT l.mois, {sommes} FROM (SELECT 1, mois, {noms} FROM mois"  # noqa: S608 — names of columns only
        f" UNION ALL SELECT sens, date_trunc('month', jour)::date, {noms} FROM jour) l (sens, mois, {noms})"
        " GROUP BY 1",
    )
    return {mois: dict(zip(SOMMES, nombres, strict=True)) for mois, *nombres in lus}


def _mois_croises(filtre: Filtre) -> dict[date, dict[str, int]]:
    lus: dict[date, dict[str, int]] = {}
    for lot in lots(filtre, filtre.periode, POUR_SOMMES):
        sommes = sommes_par_mois(lot)
        for rang, (_, mois) in enumerate(lot.mois):
            comptes = lus.setdefault(mois, dict.fromkeys(SOMMES, 0))
            for nom in SOMMES:
                comptes[nom] += int(sommes[nom][rang])
    return lus


class Public(NamedTuple):
    """Visits of one point by value of each attribute, and the association that the point is of."""

    association: int
    comptes: Mapping[str, Mapping[Any, int]]


def public_par_point(filtre: Filtre) -> Mapping[int, Public]:
    """Visits of each point of the filter by age, genre and situation (« » where nobody asked), and by whether
    they were the first (None there); one statement, two with conditions."""
    return _public_croise(filtre) if filtre.selectif else _public(filtre)


def _public(filtre: Filtre) -> dict[int, Public]:
    noms = ", ".join(r.colonne for r in PUBLIC)
    sommes = [f"sum(l.sens * l.{r.colonne}[{n + 1}])" for r in PUBLIC for n in range(len(r.valeurs))]
    lignes = f"SELECT 1, point_id, {noms} FROM mois UNION ALL SELECT sens, point_id, {noms} FROM jour"  # noqa: S608
    lus = _lire(
        filtre,
        f"SELECT l.point_id, p.association_id, {', '.join(sommes)}"  # noqa: S608
        f" FROM ({lignes}) l (sens, point_id, {noms}) JOIN accueil_pointaccueil p ON p.id = l.point_id"
        " GROUP BY 1, 2 ORDER BY 1",
    )
    public = {}
    for point, association, *nombres in lus:
        suite = iter(nombres)
        comptes = {r.colonne: {valeur: next(suite) for valeur in r.valeurs} for r in PUBLIC}
        public[point] = Public(association, comptes)
    return public


def _public_croise(filtre: Filtre) -> dict[int, Public]:
    lus: dict[int, dict[str, Counter[Any]]] = {}
    for lot in lots(filtre, filtre.periode, [r.colonne for r in PUBLIC]):
        for r in PUBLIC:
            for (point, _), comptes in zip(lot.mois, lot.croises(r.colonne).tolist(), strict=True):
                par_valeur = lus.setdefault(point, {r.colonne: Counter() for r in PUBLIC})[r.colonne]
                for valeur, n in zip(r.valeurs, comptes, strict=True):
                    par_valeur[valeur] += n
    associations = dict(PointAccueil.objects.filter(pk__in=lus).values_list("pk", "association"))
    return {
        point: Public(associations[point], {colonne: dict(n) for colonne, n in comptes.items()})
        for point, comptes in sorted(lus.items())
        if any(comptes["ages"].values())
    }


def _lire(filtre: Filtre, ordre: str) -> list[tuple[Any, ...]]:
    """Rows of a statement over the sources of a filter's period."""
    sources, valeurs = lecture_agregats.sources_de(filtre, [filtre.periode])
    with connection.cursor() as curseur:
        curseur.execute(f"WITH {sources} {ordre}", valeurs)
        return curseur.fetchall()
