"""What mediation offers beside a visit: open a case from it, see the one that it gave."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from accueil.gestes import Geste
from accueil.models import Demande, Utilisateur, Visite
from accueil.models.visites import Issue
from mediation.dossiers import dossiers_de


def mediations(
    utilisateur: Utilisateur, visites: Sequence[Visite], neuves: bool
) -> Mapping[int, list[Geste]]:
    """By visit: its cases, and the opening of one for a request that has none; a case reserved to others
    is as if it were not there. Nothing for a request out of scope."""
    demandes: list[Demande] = [d for v in visites for d in v.demandes_liste]  # type: ignore[attr-defined]
    ouverts: dict[int | None, list[str]] = {}
    if not neuves:
        for demande, reference in dossiers_de(utilisateur, demandes).values_list("demande", "reference"):
            ouverts.setdefault(demande, []).append(reference)
    return {v.pk: _gestes(v.demandes_liste, ouverts) for v in visites}  # type: ignore[attr-defined]


def _gestes(demandes: Sequence[Demande], ouverts: Mapping[int | None, Sequence[str]]) -> list[Geste]:
    gestes = [
        Geste("voir la médiation", reverse("dossier", args=[reference]))
        for d in demandes
        for reference in ouverts.get(d.pk, ())
    ]
    libre = next((d for d in demandes if d.pk not in ouverts and d.issue != Issue.HORS_CHAMP), None)
    if libre:
        url = f"{reverse('dossier_nouveau')}?demande={libre.pk}"
        gestes.append(Geste("médiation", url, "ouvrir une "))
    return gestes
