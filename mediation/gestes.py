"""What mediation offers beside a visit: open a case from it, see the one that it gave."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from accueil.gestes import Geste
from accueil.models import Demande, Utilisateur, Visite
from accueil.models.visites import Issue
from mediation.models import Dossier


def mediations(
    utilisateur: Utilisateur, visites: Sequence[Visite], neuves: bool
) -> Mapping[int, list[Geste]]:
    """By visit: its cases, but those reserved to others, and the opening of one for a request that has
    none. Nothing for a request out of scope."""
    demandes: list[Demande] = [d for v in visites for d in v.demandes_liste]  # type: ignore[attr-defined]
    ouverts: dict[int | None, Dossier] = {}
    if not neuves:
        dossiers = Dossier.objects.filter(demande__in=demandes).only("demande_id", "reference", "restreint")
        ouverts = {d.demande_id: d for d in dossiers}
    return {v.pk: _gestes(v.demandes_liste, ouverts) for v in visites}  # type: ignore[attr-defined]


def _gestes(demandes: Sequence[Demande], ouverts: Mapping[int | None, Dossier]) -> list[Geste]:
    gestes = [
        Geste("voir la médiation", reverse("dossier", args=[ouverts[d.pk].reference]))
        for d in demandes
        if d.pk in ouverts and not ouverts[d.pk].restreint
    ]
    libre = next((d for d in demandes if d.pk not in ouverts and d.issue != Issue.HORS_CHAMP), None)
    if libre:
        url = f"{reverse('dossier_nouveau')}?demande={libre.pk}"
        gestes.append(Geste("médiation", url, "ouvrir une "))
    return gestes
