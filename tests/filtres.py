"""The journal's filter, read from an address as a new request of a person would."""

from django.http import QueryDict

from accueil.filtres import Options
from accueil.forms.journal import lire_filtre
from accueil.models import Utilisateur


def options_de(personne: Utilisateur) -> Options:
    """As a new request would see this person."""
    return Options(Utilisateur.objects.get(pk=personne.pk))


def lire(personne: Utilisateur, url: str = ""):
    return lire_filtre(QueryDict(url), options_de(personne))


def filtre_de(personne: Utilisateur, url: str = ""):
    return lire(personne, url)[0]


def erreurs_de(personne: Utilisateur, url: str) -> set[str]:
    return set(lire(personne, url)[1].errors)
