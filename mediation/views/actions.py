"""Field and collective actions."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accueil.acces import Requete, lecteurs_seulement
from mediation.models import Action

PAR_PAGE = 50


@lecteurs_seulement
@require_safe
def liste(request: Requete) -> HttpResponse:
    """Actions that this person may look at, newest first."""
    actions = Action.objects.visibles_par(request.user).select_related("point")[:PAR_PAGE]
    return render(request, "mediation/actions/liste.html", {"actions": actions})
