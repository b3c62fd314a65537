"""A session that ends under one's hands: ask for the password in place, lose nothing typed."""

from django.http import HttpResponse
from django.shortcuts import resolve_url

from accueil.acces import Requete
from accueil.views.reprise import demander_mot_de_passe


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
