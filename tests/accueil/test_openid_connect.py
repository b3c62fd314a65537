"""OpenID Connect against a provider of our own: existing accounts, verified addresses, nothing else."""

import base64
import hashlib
import json
import threading
from urllib.parse import parse_qs, urlparse
from wsgiref.simple_server import WSGIRequestHandler, make_server

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from accueil.models import Utilisateur
from tests.accueil.test_saisie import URL


class Fournisseur:
    """A small provider: discovery, token (with PKCE checked), userinfo."""

    def __init__(self) -> None:
        self.serveur = make_server("127.0.0.1", 0, self, handler_class=_Muet)
        self.adresse = f"http://127.0.0.1:{self.serveur.server_port}"
        self.personne: dict = {}
        self.defi = ""

    def __call__(self, environ, repondre):
        corps = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        chemin = environ["PATH_INFO"]
        if chemin.startswith("/.well-known/"):
            noms = ("authorization", "token", "userinfo")
            reponse = {"issuer": self.adresse, "jwks_uri": f"{self.adresse}/jwks"}
            reponse |= {f"{n}_endpoint": f"{self.adresse}/{n}" for n in noms}
        elif chemin == "/token":
            preuve = hashlib.sha256(parse_qs(corps)["code_verifier"][0].encode()).digest()
            assert base64.urlsafe_b64encode(preuve).decode().rstrip("=") == self.defi
            contenu = self.personne | {"iss": self.adresse, "aud": "pimms", "exp": 4e9, "iat": 1}
            reponse = {"access_token": "jeton", "token_type": "Bearer"}
            reponse["id_token"] = jwt.encode(contenu, "c" * 32, algorithm="HS256")
        else:
            reponse = self.personne
        repondre("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(reponse).encode()]


class _Muet(WSGIRequestHandler):
    def log_message(self, *_) -> None:
        """Say nothing."""


@pytest.fixture
def fournisseur(settings):
    service = Fournisseur()
    fil = threading.Thread(target=service.serveur.serve_forever, kwargs={"poll_interval": 0.02})
    fil.start()
    app = {"provider_id": "reseau", "name": "le réseau", "client_id": "pimms", "secret": "secret"}
    app["settings"] = {"server_url": service.adresse}
    settings.OIDC = app["name"]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield service
    service.serveur.shutdown()
    fil.join()
    service.serveur.server_close()


def entrer(fournisseur, adresse: str, verifiee: bool = True, client=None, **depuis):
    """Go to the provider and come back as it would send one; the client and the last answer."""
    fournisseur.personne = {"sub": "42", "email": adresse, "email_verified": verifiee}
    if client is None:
        client = Client()
        assertContains(client.get(reverse("account_login")), "Entrer avec le réseau")
    depart = client.get(reverse("openid_connect_login", args=["reseau"]), depuis)
    assert depart.url.startswith(f"{fournisseur.adresse}/authorization?")
    demande = parse_qs(urlparse(depart.url).query)
    fournisseur.defi = demande["code_challenge"][0]
    retour = {"code": "abc", "state": demande["state"][0]}
    return client, client.get(reverse("openid_connect_callback", args=["reseau"]), retour, follow=True)


def test_a_known_person_with_a_verified_address_enters(fournisseur, distribution):
    client, _ = entrer(fournisseur, distribution.proprietaire.email)
    assert client.get(URL).status_code == 200


@pytest.mark.parametrize("verifiee", [True, False])
def test_nobody_else_does_and_no_account_is_made(fournisseur, distribution, verifiee):
    adresse = "inconnue@exemple.fr" if verifiee else distribution.proprietaire.email
    avant = Utilisateur.objects.count()
    client, reponse = entrer(fournisseur, adresse, verifiee)
    assertContains(reponse, "Les comptes s’ouvrent sur invitation")
    assert client.get(URL).status_code == 302
    assert Utilisateur.objects.count() == avant


def test_a_closed_account_stays_closed(fournisseur, distribution):
    distribution.proprietaire.is_active = False
    distribution.proprietaire.save()
    client, _ = entrer(fournisseur, distribution.proprietaire.email)
    assert client.get(URL).status_code == 302


def test_an_answer_to_a_question_not_asked_is_refused(fournisseur, db):
    retour = {"code": "abc", "state": "inventé"}
    reponse = Client().get(reverse("openid_connect_callback", args=["reseau"]), retour)
    assertContains(reponse, "La connexion n’a pas abouti", status_code=reponse.status_code)


def test_the_password_stays_what_it_was(fournisseur, distribution):
    distribution.proprietaire.set_password("un mot de passe assez long")
    distribution.proprietaire.save()
    entrer(fournisseur, distribution.proprietaire.email)
    distribution.proprietaire.refresh_from_db()
    assert distribution.proprietaire.check_password("un mot de passe assez long")


def test_an_identity_is_tied_to_no_open_session(fournisseur, distribution):
    ouverte = distribution.client("proprietaire")
    entrer(fournisseur, distribution.collegue.email, client=ouverte, process="connect")
    assert not SocialAccount.objects.exists()
