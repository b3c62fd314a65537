"""What pages show of reports: the list by pages, what replaces one, the name of its file."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from pimms.socle.textes import cle_tri
from qualite.models import EtatRapport, Rapport
from qualite.rapports.instantane import meme_sujet

PAR_PAGE = 50
TONS = {EtatRapport.PRET: "vert", EtatRapport.ECHEC: "rouge", EtatRapport.ANNULE: ""}


@dataclass(frozen=True)
class Page:
    """Fifty reports; `suivant` is the key before which the next page begins, None at the end."""

    lignes: list[Any]
    suivant: int | None


def lire_page(rapports: QuerySet[Rapport], avant: str) -> Page:
    """One page of these reports, the latest first, before the key in the address; one statement."""
    lus = rapports.select_related("point", "association", "partenaire", "demande_par")
    if avant.isdecimal() and len(avant) < 19:
        lus = lus.filter(pk__lt=int(avant))
    lignes: list[Any] = list(lus.order_by("-pk")[: PAR_PAGE + 1])
    for ligne in lignes:
        ligne.ton = TONS.get(EtatRapport(ligne.etat), "bleu")
    reste = len(lignes) > PAR_PAGE
    lignes = lignes[:PAR_PAGE]
    return Page(lignes, lignes[-1].pk if reste else None)


def remplacant(rapport: Rapport) -> Rapport | None:
    """The latest ready report of the same kind about the same subject, when it came after this one and does
    not speak of an earlier day. A draft replaces no final one.
    """
    suivants = meme_sujet(rapport).filter(etat=EtatRapport.PRET, pk__gt=rapport.pk, au__gte=rapport.au)
    if rapport.definitif:
        suivants = suivants.filter(definitif=True)
    return suivants.order_by("-pk").first()


def nom_du_fichier(rapport: Rapport) -> str:
    """`dossier-2026-017-LYO-GER.pdf`: plain letters, so that any system keeps it."""
    quoi = rapport.point.code if rapport.point else cle_tri(rapport.sujet).replace(" ", "-")
    return f"{rapport.genre}-{rapport.reference}-{quoi}.pdf"
