"""What mediation offers to the menu, under one word."""

from collections.abc import Iterator

from accueil.acces import Portee
from accueil.menu import Entree, Rubrique


def entrees(portee: Portee) -> Iterator[Entree]:
    """Entries of the pages that this person may open."""
    if not portee.lecteur:
        return
    ailleurs = ("/mediation/redirections/", "/mediation/lectures/", "/mediation/conservation/")
    yield Entree("Dossiers", "dossiers", "folder2-open", Rubrique.MEDIATION, ailleurs)
    yield Entree("Actions", "actions", "calendar-week", Rubrique.MEDIATION)
    yield Entree("Veille", "veille", "binoculars", Rubrique.MEDIATION)
    yield Entree("Registres", "registres", "bookmark-star", Rubrique.MEDIATION)
