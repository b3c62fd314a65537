"""Floor of a dashboard: the same page, drawn from what the first call found and kept in memory."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accueil.acces import Requete, lecteurs_seulement
from pimms.pilotage.views_tableau import composer

_TENUES: dict[tuple[int, str], tuple[str, dict[str, Any]]] = {}


@lecteurs_seulement
@require_safe
def tableau(request: Requete) -> HttpResponse:
    """Draw the page; what it shows is read once by person and address, and not again."""
    cle = (request.user.pk, request.get_full_path())
    if cle not in _TENUES:
        _TENUES[cle] = composer(request)
    return render(request, *_TENUES[cle])
