"""Floor of a dashboard: the same page, drawn from what the first call found and kept in memory."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accueil.acces import Requete, lecteurs_seulement
from pimms.pilotage import views_reseau, views_tableau

_TENUES: dict[tuple[int, str], tuple[str, dict[str, Any]]] = {}


def _tenir(request: Requete, composer: Callable[[Requete], tuple[str, dict[str, Any]]]) -> HttpResponse:
    """Draw the page; what it shows is read once by person and address, and not again."""
    cle = (request.user.pk, request.get_full_path())
    if cle not in _TENUES:
        _TENUES[cle] = composer(request)
    return render(request, *_TENUES[cle])


@lecteurs_seulement
@require_safe
def tableau(request: Requete) -> HttpResponse:
    """A point's dashboard."""
    return _tenir(request, views_tableau.composer)


@views_reseau.plusieurs_points
@require_safe
def reseau(request: Requete) -> HttpResponse:
    """The network's."""
    return _tenir(request, views_reseau.composer)
