"""Home, health, guides, and the pages that frame the others."""

import logging
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accueil.acces import Requete
from accueil.bureau import RACCOURCIS
from accueil.views.reprise import demander_mot_de_passe
from pimms.pilotage.exemples import exemples
from pimms.pilotage.sante import etat_des_services
from pimms.socle.models import Courriel
from qualite.droits_campagnes import est_auditeur

logger = logging.getLogger(__name__)

GUIDES = {
    "mediateur": "Guide du médiateur",
    "mediations": "Guide des médiations",
    "actions": "Guide des actions et de la veille",
    "responsable": "Guide du responsable de point",
    "union": "Guide de l’union nationale",
    "registres": "Les huit registres",
    "qualite": "Guide de la qualité",
    "campagnes": "Campagnes et audits",
    "ecoute": "Satisfaction, réclamations, incidents",
}


@login_required
@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """Send each person to the page of their main job."""
    portee = request.user.portee  # type: ignore[union-attr]
    if portee.points:
        return redirect("saisie")
    if portee.reseau or portee.associations:
        return redirect("points")
    if est_auditeur(portee):
        return redirect("mes_audits")
    return render(request, "pilotage/sans_acces.html")


@never_cache
@require_safe
def sante(request: HttpRequest) -> JsonResponse:
    """Whether database, Redis, worker queues and beat answer; 503 when one doesn't. Lags in seconds."""
    etat = etat_des_services()
    return JsonResponse(etat, status=200 if etat["ok"] else 503)


@login_required
@require_safe
def aide(request: HttpRequest, guide: str | None = None) -> HttpResponse:
    if guide is None:
        return render(request, "aide/sommaire.html", {"guides": GUIDES})
    if guide not in GUIDES:
        raise Http404
    contexte = {"titre": GUIDES[guide], "raccourcis": RACCOURCIS}
    return render(request, f"aide/{guide}.html", contexte)


@require_safe
def accessibilite(request: HttpRequest) -> HttpResponse:
    """The accessibility statement, open to everyone."""
    return render(request, "aide/accessibilite.html")


@login_required
@require_safe
def courriels(request: HttpRequest) -> HttpResponse:
    """Mails that the demo would have sent; the page does not exist elsewhere."""
    if not settings.DEMO:
        raise Http404
    return render(request, "pilotage/courriels.html", {"courriels": Courriel.objects.all()[:50]})


@require_safe
def composants(request: HttpRequest) -> HttpResponse:
    """Each shared piece of template, for those who build the pages."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "pilotage/composants.html", exemples())


def csrf_refuse(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token has gone: what was typed stays in the browser; the page says how to go on.

    In a page driven by htmx, the dialog of an expired session asks who is there and brings a new token.
    """
    logger.warning("formulaire refusé: %s", reason)
    if request.htmx:  # type: ignore[attr-defined]
        return demander_mot_de_passe(cast(Requete, request))
    return render(request, "403_csrf.html", status=403)
