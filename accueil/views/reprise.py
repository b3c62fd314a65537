"""Resume after an expired session: password in place, then what was typed is sent."""

import json

from allauth.account.forms import LoginForm
from django.http import HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accueil.acces import Requete

SUITE = "_suite"
RESERVES = {"csrfmiddlewaretoken", "login", "password", SUITE}


def _a_renvoyer(request: Requete) -> list[tuple[str, str]]:
    """Fields to send again, in order; never a password."""
    return [
        (nom, valeur)
        for nom, valeurs in request.POST.lists()
        if nom not in RESERVES and "password" not in nom
        for valeur in valeurs
    ]


def _afficher(request: Requete, formulaire: LoginForm, suite: str, statut: int) -> HttpResponse:
    get_token(request)  # the cookie may have gone with the session
    gabarit = "_dialogue.html" if request.htmx else "page.html"
    contexte = {"form": formulaire, "suite": suite, "champs": _a_renvoyer(request)}
    reponse = render(request, f"accueil/reprise/{gabarit}", contexte, status=statut)
    if request.htmx:
        reponse["HX-Retarget"], reponse["HX-Reswap"] = "#dialogue-session", "innerHTML"
    return reponse


def _formulaire(request: Requete, donnees: QueryDict | None = None) -> LoginForm:
    """The login page's form, whose empty fields are answered in our words."""
    formulaire = LoginForm(donnees, request=request)
    formulaire.fields["login"].error_messages["required"] = "Écrivez votre adresse électronique."
    formulaire.fields["password"].error_messages["required"] = "Écrivez votre mot de passe."
    return formulaire


def demander_mot_de_passe(request: Requete) -> HttpResponse:
    """Answer where a session or its token has gone: 401 with the question, in place."""
    suite = request.get_full_path() if request.method == "POST" else ""
    return _afficher(request, _formulaire(request), suite, 401)


@never_cache
@sensitive_post_parameters("password")
@require_POST
def reprise(request: Requete) -> HttpResponse:
    """Check the password as the login page does (same limits), then let the form go on."""
    suite = request.POST.get(SUITE, "")
    if not url_has_allowed_host_and_scheme(suite, allowed_hosts=None):
        suite = ""
    formulaire = _formulaire(request, request.POST)
    if not formulaire.is_valid():
        return _afficher(request, formulaire, suite, 401)
    reponse = formulaire.login(request, redirect_url=suite or "/")
    if not request.user.is_authenticated:
        return reponse
    if request.htmx:
        get_token(request)
        reponse = HttpResponse(status=204)
        # Whose session it is now: the page tells when it is no longer that of the person it was made for.
        reponse["HX-Trigger"] = json.dumps({"reconnecte": {"personne": request.user.pk}})
        return reponse
    if not suite:
        return redirect("accueil")
    contexte = {"suite": suite, "champs": _a_renvoyer(request)}
    return render(request, "accueil/reprise/renvoyer.html", contexte)
