"""A session that is locked, lacks its second factor, or ends under one's hands: ask in place."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url

from accueil import second_facteur as facteur
from accueil import verrous
from accueil.acces import Requete
from accueil.views.reprise import demander_mot_de_passe
from accueil.views.verrou import ecran

# Pages of nobody: they are the same whoever has the browser.
DE_PERSONNE = frozenset({"sante", "satisfaction", "satisfaction_merci", "satisfaction_mot"})
# What a locked screen may ask for; leaving altogether is an act (POST), whose page would say who is there.
SOUS_VERROU = DE_PERSONNE | {"verrou", "verrou_ouvrir", "verrou_mot_de_passe", "reprise"}
# Where one gets the second factor that is demanded, or leaves.
SANS_FACTEUR = SOUS_VERROU | {
    "compte",
    "verrou_presence",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_reauthenticate",
    "account_logout",
    "accessibilite",
    "aide",
    "guide",
    "courriels",
}
# What also opens to who has no factor at all: to set up the first one. Whoever has one proves it first, or a
# session from before it would add another, or read the codes that stand in for it.
PREMIER_FACTEUR = frozenset(
    {"mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "account_change_password"}
)


def _quelqu_un(request: Requete, exemptes: frozenset[str]) -> bool:
    """Whether somebody is logged in, on a page that is not exempt."""
    route = request.resolver_match
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or (route and route.url_name in exemptes):
        return False
    return request.user.is_authenticated


class verrou:  # noqa: N801 — named as the other middlewares are
    """A locked session gives its lock in place of any page, form or file."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: Requete) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "deverrouillee", False) and request.user.is_authenticated:
            verrous.noter_usage(request, response)
        return response

    def process_view(self, request: Requete, vue, args, kwargs) -> HttpResponse | None:
        if not _quelqu_un(request, SOUS_VERROU):
            return None
        route = request.resolver_match
        sort = request.method == "POST" and route is not None and route.url_name == "account_logout"
        if not sort and verrous.est_verrouillee(request):
            return ecran(request)
        request.deverrouillee = True  # type: ignore[attr-defined]
        return None


class second_facteur:  # noqa: N801
    """Where a second factor is demanded, a session without one leads to where it is set up or proved."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: Requete) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Requete, vue, args, kwargs) -> HttpResponse | None:
        if settings.SECOND_FACTEUR != "exige" or not _quelqu_un(request, SANS_FACTEUR):
            return None
        vers = facteur.a_prouver(request)
        route = request.resolver_match
        premier = vers == facteur.ou_choisir() and route is not None and route.url_name in PREMIER_FACTEUR
        if vers is None or premier:
            return None
        if request.htmx:
            return HttpResponse(status=204, headers={"HX-Redirect": vers})
        return redirect(vers)


def session_expiree(get_response):
    """Turn the redirect to the login page into a question in place, when something was being sent.

    For htmx the dialog of the page asks; for a plain form a page keeps the typed fields.
    """

    def middleware(request: Requete) -> HttpResponse:
        response = get_response(request)
        vers_connexion = response.status_code == 302 and response.url.startswith(
            resolve_url("account_login") + "?"
        )
        if (
            vers_connexion
            and not request.user.is_authenticated
            and (request.htmx or request.method == "POST")
        ):
            return demander_mot_de_passe(request)
        return response

    return middleware
