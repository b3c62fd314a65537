"""Where an act on a visit comes back to."""

from django.urls import reverse

from accueil.acces import Requete


def retour(request: Requete) -> str:
    """Where to go back after an act on a visit: the journal as it was filtered, else the desk."""
    if request.GET.get("de") != "journal":
        return reverse("saisie")
    filtre = request.GET.get("filtre", "")
    return f"{reverse('journal')}?{filtre}" if filtre else reverse("journal")
