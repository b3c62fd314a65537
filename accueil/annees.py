"""What yearly accounts read beside `accueil.chiffres`: sums by month, and the public of each point.

From the same lines as dashboards (aggregates, and the visits of the days that are marked), for tasks.
"""

from collections.abc import Mapping
from datetime import date

from django.db import connection

from accueil import lecture_agregats, lecture_visites
from accueil.agregats import tableau
from accueil.agregats_mois import SOMMES
from accueil.filtres import Filtre
from accueil.models.agregats import DES_VISITES

# Attributes of the public that an account tells, each apart.
PUBLIC = tuple(r for r in DES_VISITES if r.colonne in ("ages", "genres", "situations"))


def par_mois(filtre: Filtre) -> dict[date, dict[str, int]]:
    """Visits, passages, minutes (of which estimated) and requests by first day of month; one statement."""
    noms, sommes = ", ".join(SOMMES), ", ".join(f"sum(l.sens * l.{s})::bigint" for s in SOMMES)
    if filtre.selectif:
        lignes = f"SELECT 1, date_trunc('month', jour)::date, {noms} FROM cumul"  # noqa: S608 — names of columns
    else:
        lignes = (
            f"SELECT 1, mois, {noms} FROM mois"  # noqa: S608 — names of columns only
            f" UNION ALL SELECT sens, date_trunc('month', jour)::date, {noms} FROM jour"
        )
    lus = _lire(
        filtre,
        f"SELECT l.mois, {sommes} FROM ({lignes}) l (sens, mois, {noms})"  # noqa: S608
        " GROUP BY 1 HAVING sum(l.sens * l.visites) > 0 ORDER BY 1",
    )
    return {mois: dict(zip(SOMMES, nombres, strict=True)) for mois, *nombres in lus}


def public_par_point(filtre: Filtre) -> Mapping[int, Mapping[str, Mapping[str, int]]]:
    """Visits of each point of the filter by age, genre and situation (« » where nobody asked); one
    statement."""
    noms = ", ".join(r.colonne for r in PUBLIC)
    sommes = [f"sum(l.sens * l.{r.colonne}[{n + 1}])" for r in PUBLIC for n in range(len(r.valeurs))]
    if filtre.selectif:
        tableaux = ", ".join(map(tableau, PUBLIC))
        lignes = f"SELECT 1, point_id, {tableaux} FROM visite0 GROUP BY 2"  # noqa: S608 — names of columns only
    else:
        lignes = f"SELECT 1, point_id, {noms} FROM mois UNION ALL SELECT sens, point_id, {noms} FROM jour"  # noqa: S608
    lus = {
        point: iter(nombres)
        for point, *nombres in _lire(
            filtre,
            f"SELECT l.point_id, {', '.join(sommes)} FROM ({lignes}) l (sens, point_id, {noms})"  # noqa: S608
            " GROUP BY 1 ORDER BY 1",
        )
    }
    return {
        point: {r.colonne: {valeur: next(nombres) for valeur in r.valeurs} for r in PUBLIC}
        for point, nombres in lus.items()
    }


def _lire(filtre: Filtre, ordre: str) -> list[tuple]:
    """Rows of a statement over the sources of a filter's period."""
    sources_de = lecture_visites.sources_de if filtre.selectif else lecture_agregats.sources_de
    sources, valeurs = sources_de(filtre, [filtre.periode])
    with connection.cursor() as curseur:
        curseur.execute(f"WITH {sources} {ordre}", valeurs)
        return curseur.fetchall()
