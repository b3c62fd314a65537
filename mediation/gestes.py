"""What mediation offers beside a request: open a case from it, or see the one that it has."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from accueil.gestes import Geste
from accueil.models import Demande, Utilisateur
from accueil.models.visites import Issue
from mediation.models import Dossier

OUVRIR, VOIR = "ouvrir une médiation", "voir la médiation"


def mediations(utilisateur: Utilisateur, demandes: Sequence[Demande], neuves: bool) -> Mapping[int, Geste]:
    """By request: the case opened from it, if this person may know of it, else the opening of one.

    Nothing beside a request out of scope, nor beside one whose case is reserved to others.
    """
    ouverts: dict[int | None, Dossier] = {}
    if not neuves:
        dossiers = Dossier.objects.filter(demande__in=demandes).only("demande_id", "reference", "restreint")
        ouverts = {d.demande_id: d for d in dossiers}
    gestes = {}
    for demande in demandes:
        dossier = ouverts.get(demande.pk)
        if dossier and not dossier.restreint:
            gestes[demande.pk] = Geste(VOIR, reverse("dossier", args=[dossier.reference]))
        elif dossier is None and demande.issue != Issue.HORS_CHAMP:
            url = f"{reverse('dossier_nouveau')}?demande={demande.pk}"
            gestes[demande.pk] = Geste(OUVRIR, url)
    return gestes
