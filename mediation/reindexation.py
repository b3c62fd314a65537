"""Make the keyed index of exact names anew under today's key: the names are opened, and shown to nobody."""

from mediation.models import Partie
from mediation.parties import empreinte
from pimms.socle.chiffrement import Indechiffrable


def reindexer() -> tuple[int, int]:
    """Row by row, while people work; how many changed, and how many can't be opened. Done twice, the second
    changes nothing. A name that somebody changes meanwhile has the new key already."""
    faites = illisibles = 0
    nommees = Partie.objects.filter(scelle__isnull=False, dossier__anonymise_le__isnull=True)
    for partie in nommees.select_related("dossier__cle_donnees").order_by("pk").iterator(500):
        try:
            neuve = empreinte(partie.point_id, partie.valeurs().get("nom", ""))
        except Indechiffrable:
            illisibles += 1
            continue
        if neuve != (partie.empreinte and bytes(partie.empreinte)):
            memes = Partie.objects.filter(pk=partie.pk, version=partie.version)
            faites += memes.update(empreinte=neuve)
    return faites, illisibles
