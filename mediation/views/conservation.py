"""Cases that will soon be anonymised, for those who may still have news of the people."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accueil.acces import Requete, lecteurs_seulement
from mediation.conservation import annoncees
from mediation.models import Dossier

LIGNES_MAX = 200


@lecteurs_seulement
@require_safe
def liste(request: Requete) -> HttpResponse:
    """Cases under notice that this person may know of, soonest first, by reference: no name, no subject."""
    dus = annoncees(Dossier.objects.visibles_par(request.user)).select_related("point", "theme", "mediateur")
    lignes = list(dus[: LIGNES_MAX + 1])
    contexte = {
        "lignes": lignes[:LIGNES_MAX],
        "il_en_reste": len(lignes) > LIGNES_MAX,
        "retour": reverse("dossiers"),
        "plusieurs_points": len(request.user.portee.points) != 1 or request.user.portee.reseau,
    }
    return render(request, "mediation/dossiers/preavis.html", contexte)
