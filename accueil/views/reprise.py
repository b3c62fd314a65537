"""Resume after an expired session: password in place, then what was typed is sent."""

import json

from allauth.account.forms import LoginForm
from allauth.account.stages import LoginStageController
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.stages import AuthenticateStage
from django import forms
from django.http import HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accueil import sessions, verrous
from accueil.acces import Requete

SUITE = "_suite"
RETOUR = "_retour"
RESERVES = {"csrfmiddlewaretoken", "login", "password", "code", "qui", SUITE, RETOUR}
# Views that ask who is there: what was typed was going elsewhere.
QUESTIONS = {"reprise", "verrou", "verrou_ouvrir", "verrou_mot_de_passe"}


def a_renvoyer(request: Requete) -> list[tuple[str, str]]:
    """Fields to send again, in order; never a password."""
    return [
        (nom, valeur)
        for nom, valeurs in request.POST.lists()
        if nom not in RESERVES and "password" not in nom
        for valeur in valeurs
    ]


def _sur(chemin: str) -> str:
    """The path when it is one of ours, else nothing."""
    sienne = chemin.startswith("/") and url_has_allowed_host_and_scheme(chemin, allowed_hosts=None)
    return chemin if sienne else ""


def suite_de(request: Requete) -> str:
    """Where what was typed was going: told by the question's own form, else what was just sent."""
    if SUITE in request.POST:
        return _sur(request.POST[SUITE])
    route = request.resolver_match
    if request.method != "POST" or (route and route.url_name in QUESTIONS):
        return ""
    return request.get_full_path()


def retour_de(request: Requete) -> str:
    """The page that one was about to read."""
    if RETOUR in request.POST:
        return _sur(request.POST[RETOUR])
    route = request.resolver_match
    return (
        request.get_full_path()
        if request.method == "GET" and route and route.url_name not in QUESTIONS
        else ""
    )


def repondre(request: Requete, dossier: str, statut: int, **contexte) -> HttpResponse:
    """A question in place of an answer: into the page's dialog for htmx, else a page with the fields."""
    get_token(request)  # the cookie may have gone with the session
    gabarit = "_dialogue.html" if request.htmx else "page.html"
    contexte |= {"champs": a_renvoyer(request), "menu": None, "point_courant": None}  # nobody is there yet
    reponse = render(request, f"accueil/{dossier}/{gabarit}", contexte, status=statut)
    if request.htmx:
        reponse["HX-Retarget"], reponse["HX-Reswap"] = "#dialogue-session", "innerHTML"
    return reponse


def _afficher(request: Requete, formulaire: forms.Form, suite: str, statut: int) -> HttpResponse:
    second = isinstance(formulaire, AuthenticateForm)
    verrou = request.user.is_authenticated and bool(request.session.get(verrous.VERROU))
    return repondre(request, "reprise", statut, form=formulaire, suite=suite, second=second, verrou=verrou)


def _formulaire(request: Requete, donnees: QueryDict | None = None) -> LoginForm:
    """The login page's form, whose empty fields are answered in our words."""
    formulaire = LoginForm(donnees, request=request)
    formulaire.fields["login"].error_messages["required"] = "Écrivez votre adresse électronique."
    formulaire.fields["password"].error_messages["required"] = "Écrivez votre mot de passe."
    return formulaire


def demander_mot_de_passe(request: Requete) -> HttpResponse:
    """Answer where a session or its token has gone: 401 with the question, in place."""
    return _afficher(request, _formulaire(request), suite_de(request), 401)


def _second(request: Requete, donnees: QueryDict | None = None) -> AuthenticateForm | None:
    """The form of the code that a login waits for, if one does."""
    etape = LoginStageController.enter(request, AuthenticateStage.key)
    if etape is None:
        return None
    formulaire = AuthenticateForm(donnees, user=etape.login.user)
    formulaire.etape = etape
    formulaire.fields["code"].error_messages["required"] = "Écrivez le code."
    return formulaire


@never_cache
@sensitive_post_parameters("password")
@require_POST
def reprise(request: Requete) -> HttpResponse:
    """Check password, then code, as the login pages do (same limits), then let the form go on."""
    suite = suite_de(request)
    if "code" in request.POST and (second := _second(request, request.POST)) is not None:
        return _entrer_par_code(request, second, suite)
    formulaire = _formulaire(request, request.POST)
    if not formulaire.is_valid():
        return _afficher(request, formulaire, suite, 401)
    avant = request.user.pk
    gardees = _laisser_la_verrouillee(request)
    if formulaire.user.pk != avant:
        verrous.taire(request)
    reponse = formulaire.login(request, redirect_url=suite or "/")
    if request.user.is_authenticated:
        reponse = reprendre(request, suite)
    elif second := _second(request):
        reponse = _afficher(request, second, suite, 401)
    if gardees:
        if request.user.pk == avant:
            sessions.remplacer(gardees.pop())
        verrous.garder(request, reponse, gardees)
    return reponse


def _laisser_la_verrouillee(request: Requete) -> list[int]:
    """A locked session is left aside, not ended, when someone logs in over it; sessions to keep."""
    if not (request.user.is_authenticated and request.session.get(verrous.VERROU)):
        return []
    gardees = [*verrous.voisins(request), request.session.get(sessions.CLE, 0)]
    verrous.mettre_de_cote(request)
    return gardees


def _entrer_par_code(request: Requete, formulaire: AuthenticateForm, suite: str) -> HttpResponse:
    if not formulaire.is_valid():
        return _afficher(request, formulaire, suite, 401)
    formulaire.save()
    reponse = formulaire.etape.exit()
    return reprendre(request, suite) if request.user.is_authenticated else reponse


def reprendre(request: Requete, suite: str, retour: str = "") -> HttpResponse:
    """Someone is there again: what was typed goes on, from the page itself or from one that shows it."""
    if request.htmx:
        get_token(request)
        reponse = HttpResponse(status=204)
        # Whose session it is now: the page tells when it is no longer that of the person it was made for.
        reponse["HX-Trigger"] = json.dumps({"reconnecte": {"personne": request.user.pk}})
        return reponse
    if not suite:
        return redirect(retour or "accueil")
    return render(request, "accueil/reprise/renvoyer.html", {"suite": suite, "champs": a_renvoyer(request)})
