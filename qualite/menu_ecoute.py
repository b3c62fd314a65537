"""What is heard, in the menu: answers, complaints, requests, incidents."""

from collections.abc import Iterator

from accueil.acces import Portee
from accueil.menu import Entree, Rubrique


def entrees(portee: Portee) -> Iterator[Entree]:
    """Everyone notes a complaint or an incident; requests are for whom looks after a team."""
    if not portee.lecteur:
        return
    yield Entree("Satisfaction", "satisfaction_points", "emoji-smile", Rubrique.QUALITE)
    yield Entree("Réclamations", "reclamations", "megaphone", Rubrique.QUALITE)
    yield Entree("Incidents", "incidents", "shield-exclamation", Rubrique.QUALITE)
    if portee.reseau or portee.points_de_responsable or portee.associations:
        yield Entree("Demandes sur les données", "demandes_droits", "person-lock", Rubrique.QUALITE)
