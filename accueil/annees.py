"""What yearly accounts read beside `accueil.chiffres`: sums by month, and the public of each point.

From the same lines as dashboards (aggregates, and the visits of the days that are marked), for tasks.
"""

from collections.abc import Mapping
from datetime import date

from django.db import connection

from accueil.agregats_mois import SOMMES
from accueil.filtres import Filtre
from accueil.lecture_agregats import sources_de
from accueil.models.agregats import DES_VISITES

# Attributes of the public that an account tells, each apart.
PUBLIC = tuple(r for r in DES_VISITES if r.colonne in ("ages", "genres", "situations"))


def par_mois(filtre: Filtre) -> dict[date, dict[str, int]]:
    """Visits, passages, minutes (of which estimated) and requests by first day of month; one statement."""
    sources, valeurs = sources_de(filtre, [filtre.periode])
    noms = ", ".join(SOMMES)
    ordre = (
        f"WITH {sources} SELECT l.mois, {', '.join(f'sum(l.sens * l.{s})' for s in SOMMES)} FROM ("  # noqa: S608
        f"SELECT 1, mois, {noms} FROM mois"
        f" UNION ALL SELECT sens, date_trunc('month', jour)::date, {noms} FROM jour"
        f") l (sens, mois, {noms}) GROUP BY 1 HAVING sum(l.sens * l.visites) > 0 ORDER BY 1"
    )
    with connection.cursor() as curseur:
        curseur.execute(ordre, valeurs)
        return {mois: dict(zip(SOMMES, nombres, strict=True)) for mois, *nombres in curseur.fetchall()}


def public_par_point(filtre: Filtre) -> Mapping[int, Mapping[str, Mapping[str, int]]]:
    """Visits of each point of the filter by age, genre and situation (« » where nobody asked); one
    statement."""
    sources, valeurs = sources_de(filtre, [filtre.periode])
    noms = ", ".join(r.colonne for r in PUBLIC)
    sommes = [f"sum(l.sens * l.{r.colonne}[{n + 1}])" for r in PUBLIC for n in range(len(r.valeurs))]
    ordre = (
        f"WITH {sources} SELECT l.point_id, {', '.join(sommes)} FROM ("  # noqa: S608 — names of columns only
        f"SELECT 1, point_id, {noms} FROM mois UNION ALL SELECT sens, point_id, {noms} FROM jour"
        f") l (sens, point_id, {noms}) GROUP BY 1 ORDER BY 1"
    )
    with connection.cursor() as curseur:
        curseur.execute(ordre, valeurs)
        lus = {point: iter(nombres) for point, *nombres in curseur.fetchall()}
    return {
        point: {r.colonne: {valeur: next(nombres) for valeur in r.valeurs} for r in PUBLIC}
        for point, nombres in lus.items()
    }
