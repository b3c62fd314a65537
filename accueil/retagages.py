"""Registers changed by a correction: told, and marked when late, as those of cases are.

A request is corrected by its author for a week and by the manager for two months. A correction is a
version of the whole visit: it is not proposed but told, and its author reads it on the visit's line.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import QuerySet

from accueil.models import ChangementRegistre, Utilisateur, Visite
from accueil.registres import RETAGAGE_TARDIF


def _saisie_le(visite: Visite) -> date:
    return visite.saisie_le.astimezone(visite.point.tz).date()


def tardif(visite: Visite) -> bool:
    """Whether a register changed today comes more than 30 days after the entry (local days)."""
    return (visite.point.aujourdhui() - _saisie_le(visite)).days > RETAGAGE_TARDIF


def remplacements(
    partis: Sequence[int | None], venus: Sequence[int | None]
) -> list[tuple[int | None, int | None]]:
    """Registers of requests taken out, each with that of a request put in its place: a request removed
    and typed again tells the register that it had. The same register on both sides is no change."""
    restent, arrivent = Counter(partis) - Counter(venus), Counter(venus) - Counter(partis)
    avant, apres = (sorted(r for r in c.elements() if r is not None) for c in (restent, arrivent))
    taille = max(len(avant), len(apres))
    de, vers = (r + [None] * (taille - len(r)) for r in (avant, apres))
    return list(zip(de, vers, strict=True))


def raconter(
    acteur: Utilisateur, visite: Visite, changements: Iterable[tuple[int | None, int | None]]
) -> None:
    """Keep the registers that a correction changes, before and after. Its author's, on the day of the
    entry, is still the entry, and nothing is kept; another person's is told whatever the day. The visit
    is held by the caller."""
    if acteur.pk == visite.auteur_id and visite.point.aujourdhui() == _saisie_le(visite):
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
