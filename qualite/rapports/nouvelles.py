"""What came of the reports that one asked for: told in the menu and at the head of the list until seen."""

from django.utils import timezone

from accueil.models import Utilisateur
from qualite.models import Rapport

NOUVEAUX_RAPPORTS = "rapports"
MONTRES = 5  # named at the head of the list; the others are counted


# How many wait, for `accueil.nouvelles`: as `RapportQuerySet.a_voir` has it.
COMPTE = """SELECT count(*) FROM qualite_rapport r WHERE r.demande_par_id = accueil_acces.personne_id
  AND r.etat IN ('pret', 'echec') AND r.vu_le IS NULL"""


def a_voir(utilisateur: Utilisateur) -> list[Rapport]:
    """Those that this person asked for and has not seen the end of, the latest first; one statement, none
    where none waits."""
    if not utilisateur.portee.nouvelles.get(NOUVEAUX_RAPPORTS):
        return []
    lus = Rapport.objects.visibles_par(utilisateur).a_voir().filter(demande_par=utilisateur)
    return list(lus.select_related("point", "association").order_by("-pk")[:MONTRES])


def voir(utilisateur: Utilisateur, rapport: Rapport) -> None:
    """Note that who asked has seen how it ended; nothing for anybody else, nor a second time."""
    if rapport.demande_par_id == utilisateur.pk and rapport.a_voir:
        Rapport.objects.a_voir().filter(pk=rapport.pk).update(vu_le=timezone.now())


def tout_voir(utilisateur: Utilisateur) -> None:
    """Note all of them as seen, for who asked for a whole campaign's."""
    Rapport.objects.a_voir().filter(demande_par=utilisateur).update(vu_le=timezone.now())
