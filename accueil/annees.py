"""What yearly accounts read beside `accueil.chiffres`: sums by month, and the public of each point.

From the same lines as dashboards (aggregates, and the visits of the days that are marked), for tasks.
"""

from collections.abc import Mapping
from datetime import date

from django.db import connection

from accueil.agregats import SOMMES
from accueil.chiffres import parametres, source
from accueil.filtres import Filtre
from accueil.models.agregats import DES_VISITES
from pimms.socle.periodes import Periode

# Attributes of the public that an account tells, each apart.
PUBLIC = tuple(r for r in DES_VISITES if r.colonne in ("ages", "genres", "situations"))


def par_mois(filtre: Filtre) -> dict[date, dict[str, int]]:
    """Visits, passages, minutes (of which estimated) and requests by first day of month; one statement."""
    sommes = ", ".join(f"sum(l.{s})" for s in SOMMES)
    ordre = (
        f"WITH {source(filtre, [filtre.periode])}"  # noqa: S608 — names of columns only
        f" SELECT date_trunc('month', l.jour)::date, {sommes} FROM ligne l GROUP BY 1 ORDER BY 1"
    )
    with connection.cursor() as curseur:
        curseur.execute(ordre, parametres(filtre, [filtre.periode]))
        return {mois: dict(zip(SOMMES, nombres, strict=True)) for mois, *nombres in curseur.fetchall()}


def public_par_point(periode: Periode) -> Mapping[int, Mapping[str, Mapping[str, int]]]:
    """Visits of each point of the network by age, genre and situation (« » where nobody asked); one
    statement."""
    filtre = Filtre(periode, None)
    colonnes = [f"sum(l.{r.colonne}[{n + 1}])" for r in PUBLIC for n in range(len(r.valeurs))]
    ordre = (
        f"WITH {source(filtre, [periode])}"  # noqa: S608 — names of columns only
        f" SELECT l.point_id, {', '.join(colonnes)} FROM ligne l GROUP BY 1 ORDER BY 1"
    )
    with connection.cursor() as curseur:
        curseur.execute(ordre, parametres(filtre, [periode]))
        lus = {point: iter(nombres) for point, *nombres in curseur.fetchall()}
    return {
        point: {r.colonne: {valeur: next(nombres) for valeur in r.valeurs} for r in PUBLIC}
        for point, nombres in lus.items()
    }
