"""What the apps above offer to do with a visit, beside it at the desk and in the journal, and what of a
request they hold.

This app doesn't know them: each says its offer (`OFFRES`) and its hold (`TENUES`) when it starts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from accueil.models import Demande, Utilisateur, Visite


@dataclass(frozen=True)
class Geste:
    """A link shown beside a visit; `avant` is said to screen readers only."""

    libelle: str
    url: str
    avant: str = ""


# (who looks, visits with `demandes_liste`, whether they were recorded just now) -> by key. At most one
# statement, and none for new ones: nothing can hang on them yet.
Offre = Callable[[Utilisateur, Sequence[Visite], bool], Mapping[int, Sequence[Geste]]]
OFFRES: list[Offre] = []

# (who corrects, requests about to be out of scope, locked) -> by key, why that one can't be.
Tenue = Callable[[Utilisateur, Sequence[Demande]], Mapping[int, str]]
TENUES: list[Tenue] = []


def proposer(utilisateur: Utilisateur, visites: Iterable[Visite], *, neuves: bool = False) -> list[Visite]:
    """Give each of these visits its `gestes`: none where this person doesn't work, or once cancelled."""
    liste = list(visites)
    points = utilisateur.portee.points_de_saisie
    offertes = [v for v in liste if v.point_id in points and v.annulee_le is None]
    if offertes:
        offres = [offre(utilisateur, offertes, neuves) for offre in OFFRES]
        for visite in offertes:
            visite.gestes = [g for o in offres for g in o.get(visite.pk, ())]  # type: ignore[attr-defined]
    return liste


def refus_de_hors_champ(utilisateur: Utilisateur, demandes: Sequence[Demande]) -> dict[int, str]:
    """By key, why these requests can't become out of scope; no statement where there is none."""
    if not demandes:
        return {}
    return {pk: motif for tenue in TENUES for pk, motif in tenue(utilisateur, demandes).items()}
