"""The locked screen: pose it, open it by one's code, or let somebody else in."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil import sessions, verrous
from accueil.acces import Requete
from accueil.views.reprise import demander_mot_de_passe, repondre, reprendre, retour_de, suite_de


def ecran(request: Requete, erreur: str = "", choisi: int | None = None) -> HttpResponse:
    """The lock itself: 401, in place of what was asked. Without a code, the password."""
    candidats = verrous.candidats(request)
    if not candidats:
        return demander_mot_de_passe(request)
    contexte = {
        "candidats": candidats,
        "choisi": choisi or candidats[0].pk,
        "sienne": request.session.get(sessions.CLE),
        "erreur": erreur,
        "suite": suite_de(request),
        "retour": retour_de(request),
    }
    return repondre(request, "verrou", 401, **contexte)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verrou(request: Requete) -> HttpResponse:
    """Lock (POST), or show the lock again; nothing is locked by opening an address."""
    if not request.user.is_authenticated:
        return demander_mot_de_passe(request)
    if request.method == "POST":
        verrous.verrouiller(request)
    elif not verrous.est_verrouillee(request):
        return redirect("accueil")
    if request.method == "POST" and not request.htmx:
        return redirect("verrou")
    reponse = ecran(request)
    if request.htmx:
        reponse.status_code = 200  # asked for by the page: no request of the person is left hanging
    return reponse


@never_cache
@sensitive_post_parameters("code")
@require_POST
def ouvrir(request: Requete) -> HttpResponse:
    """Open the chosen session by its code."""
    if not request.user.is_authenticated:
        return demander_mot_de_passe(request)
    if not verrous.est_verrouillee(request):
        return reprendre(request, suite_de(request))
    qui = request.POST.get("qui", "")
    lignes = {str(ligne.pk): ligne for ligne in verrous.candidats(request)}
    ligne = lignes.get(qui)
    if ligne is None:
        return ecran(request)
    code = request.POST.get("code", "")
    if not code or not verrous.code_juste(ligne.personne, code):
        return ecran(request, "Ce n’est pas le bon code." if code else "Écrivez le code.", ligne.pk)
    retour = retour_de(request) if ligne.personne == request.user else ""
    gardees = verrous.ouvrir(request, ligne)
    if not request.user.is_authenticated:  # its password has changed meanwhile
        return demander_mot_de_passe(request)
    reponse = reprendre(request, suite_de(request), retour)
    verrous.garder(request, reponse, gardees)
    return reponse


@never_cache
@require_POST
def mot_de_passe(request: Requete) -> HttpResponse:
    """The password in place of the code: forgotten, or somebody else logs in."""
    return demander_mot_de_passe(request)


@never_cache
@require_safe
def presence(request: Requete) -> HttpResponse:
    """Someone is typing: the session is in use, though nothing is sent. The middleware notes it."""
    return HttpResponse(status=204 if request.user.is_authenticated else 401)
