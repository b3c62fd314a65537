"""What came of the reports that one asked for: told in the menu and at the head of the list until seen."""

from dataclasses import dataclass

from django.utils import timezone

from accueil.models import Utilisateur
from qualite.models import Rapport

NOUVEAUX_RAPPORTS = "rapports"
MONTRES = 5  # named at the head of the list; the others are counted


# How many wait, for `accueil.nouvelles`: as `RapportQuerySet.a_voir` has it.
COMPTE = """SELECT count(*) FROM qualite_rapport r WHERE r.demande_par_id = accueil_acces.personne_id
  AND r.etat IN ('pret', 'echec') AND r.vu_le IS NULL"""


@dataclass(frozen=True)
class AVoir:
    """Reports that a person asked for and has not seen the end of: the latest, how many others, and how many
    of points that are no longer theirs, which they can't open."""

    rapports: list[Rapport]
    autres: int = 0
    ailleurs: int = 0


def a_voir(utilisateur: Utilisateur) -> AVoir:
    """What is told at the head of the list; two statements at most, none where none waits."""
    demandes = utilisateur.portee.nouvelles.get(NOUVEAUX_RAPPORTS, 0)
    if not demandes:
        return AVoir([])
    lus = Rapport.objects.visibles_par(utilisateur).a_voir().filter(demande_par=utilisateur)
    montres = list(lus.select_related("point", "association").order_by("-pk")[:MONTRES])
    visibles = len(montres) if len(montres) < MONTRES else lus.count()
    return AVoir(montres, visibles - len(montres), max(demandes - visibles, 0))


def voir(utilisateur: Utilisateur, rapport: Rapport) -> None:
    """Note that who asked has seen how it ended; nothing for anybody else, nor a second time."""
    if rapport.demande_par_id == utilisateur.pk and rapport.a_voir:
        Rapport.objects.a_voir().filter(pk=rapport.pk).update(vu_le=timezone.now())


def tout_voir(utilisateur: Utilisateur) -> None:
    """Note all of them as seen, for who asked for a whole campaign's."""
    Rapport.objects.a_voir().filter(demande_par=utilisateur).update(vu_le=timezone.now())
