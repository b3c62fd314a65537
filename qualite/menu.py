"""What quality offers to the menu."""

from collections.abc import Iterator

from accueil.acces import Portee
from accueil.menu import Entree, Rubrique


def entrees(portee: Portee) -> Iterator[Entree]:
    """Everyone reads what the point is held to; the union decides the numbers."""
    if portee.lecteur:
        yield Entree(
            "Référentiel",
            "referentiel",
            "patch-check",
            Rubrique.QUALITE,
            ailleurs=("/qualite/parametres/",),
        )
