"""Registers changed by a correction: told, and marked when late, as those of cases are.

A request is corrected by its author for a week and by the manager for two months: past the author's week
there is nobody to ask, so the change is not proposed but told.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from accueil.models import ChangementRegistre, Utilisateur, Visite
from accueil.registres import RETAGAGE_TARDIF


def _saisie_le(visite: Visite) -> date:
    return visite.saisie_le.astimezone(visite.point.tz).date()


def tardif(visite: Visite) -> bool:
    """Whether a register changed today comes more than 30 days after the entry (local days)."""
    return (visite.point.aujourdhui() - _saisie_le(visite)).days > RETAGAGE_TARDIF


def raconter(
    acteur: Utilisateur, visite: Visite, changements: Iterable[tuple[int | None, int | None]]
) -> None:
    """Keep the registers that a correction changes, before and after; on the day of the entry it is
    still the entry, and nothing is kept. The visit is held by the caller."""
    if visite.point.aujourdhui() == _saisie_le(visite):
        return
    ChangementRegistre.objects.bulk_create(
        ChangementRegistre(
            visite=visite,
            point_id=visite.point_id,
            registre_de=avant,
            registre_vers=apres,
            par=acteur,
            tardif=tardif(visite),
        )
        for avant, apres in changements
        if avant != apres
    )


def visibles_par(utilisateur: Utilisateur) -> QuerySet[ChangementRegistre]:
    """Changes at the points that this person reads, the latest first."""
    changements = ChangementRegistre.objects.select_related("visite", "point", "par")
    portee = utilisateur.portee
    return changements if portee.reseau else changements.filter(point__in=portee.points_visibles())
