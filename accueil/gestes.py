"""What the apps above offer to do with a request, beside it at the desk and in the journal.

This app doesn't know them: each says its offer when it starts (`OFFRES`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from accueil.models import Demande, Utilisateur, Visite


@dataclass(frozen=True)
class Geste:
    """A link shown beside a request."""

    libelle: str
    url: str


# (who looks, requests, whether they were recorded just now) -> by key, at most one statement, and none
# for new ones: nothing can hang on them yet.
Offre = Callable[[Utilisateur, Sequence[Demande], bool], Mapping[int, Geste]]
OFFRES: list[Offre] = []


def proposer(utilisateur: Utilisateur, visites: Iterable[Visite], *, neuves: bool = False) -> list[Visite]:
    """Give each request of these visits (loaded with `demandes_liste`) its `gestes`."""
    liste = list(visites)
    points = utilisateur.portee.points_de_saisie
    demandes: list[Demande] = [
        d
        for v in liste
        if v.point_id in points and v.annulee_le is None
        for d in v.demandes_liste  # type: ignore[attr-defined]
    ]
    if not demandes:
        return liste
    offres = [offre(utilisateur, demandes, neuves) for offre in OFFRES]
    for demande in demandes:
        demande.gestes = [o[demande.pk] for o in offres if demande.pk in o]  # type: ignore[attr-defined]
    return liste
