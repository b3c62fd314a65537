"""What every answer says to browsers, what an error tells, what no log holds: one table."""

import io
import logging

import pytest
from django.test import Client
from django.urls import reverse

from tests.accueil.test_saisie import URL, donnees
from tests.fabrique import MOT_DE_PASSE

CSP = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "manifest-src 'self'",
)
ENTETES = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# As in production, where the proxy speaks TLS.
PRODUCTION = {
    "SECURE_SSL_REDIRECT": True,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SECURE_HSTS_SECONDS": 365 * 24 * 3600,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
}


@pytest.mark.parametrize(
    ("role", "adresse"),
    [
        (None, "/connexion/"),
        (None, "/rien-ici/"),
        (None, "/verifier/"),
        ("proprietaire", URL),
        ("responsable", "/accueil/exports/"),
        ("union", "/administration/"),
        ("union", "/compte/"),
    ],
)
def test_every_answer_carries_the_same_headers(distribution, role, adresse):
    reponse = distribution.client(role).get(adresse)
    assert {nom: reponse.get(nom) for nom in ENTETES} == ENTETES
    assert sorted(reponse["Content-Security-Policy"].split("; ")) == sorted(CSP)
    assert "unsafe" not in reponse["Content-Security-Policy"]


@pytest.mark.parametrize("reglage", ["allowEval", "includeIndicatorStyles", "historyRestoreAsHxRequest"])
def test_htmx_neither_evaluates_nor_styles(db, reglage):
    assert f'"{reglage}": false' in Client().get("/connexion/").content.decode()


def test_production_speaks_tls_only_and_its_cookies_too(settings, distribution):
    for nom, valeur in PRODUCTION.items():
        setattr(settings, nom, valeur)
    personne = distribution.proprietaire
    personne.set_password(MOT_DE_PASSE)
    personne.save()
    client = Client()
    assert client.get("/connexion/").url.startswith("https://")
    envoi = {"login": personne.email, "password": MOT_DE_PASSE}
    reponse = client.post("/connexion/", envoi, secure=True)
    assert reponse["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    session = reponse.cookies["sessionid"]
    assert (session["secure"], session["httponly"], session["samesite"]) == (True, True, "Lax")


@pytest.mark.parametrize(
    ("adresse", "statut"),
    [("/rien-ici/?nom=Ferrand", 404), ("/verifier/%00/", 404), ("/accueil/points/XXX-9999/", 404)],
)
def test_an_error_tells_nothing_of_the_inside(distribution, adresse, statut):
    reponse = distribution.client("proprietaire").get(adresse)
    texte = reponse.content.decode()
    assert reponse.status_code == statut
    assert not any(mot in texte for mot in ("Traceback", "DEBUG", "urlconf", "Ferrand", "psycopg", "Django"))


def test_a_failure_inside_tells_nothing_either(distribution, monkeypatch):
    def tomber(*_args, **_options):
        raise RuntimeError("Mme Ferrand, 06 12 34 56 78")

    client = distribution.client("proprietaire")
    client.raise_request_exception = False
    monkeypatch.setattr("accueil.views.compte.sessions.vivantes", tomber)
    reponse = client.get(reverse("compte"))
    assert reponse.status_code == 500
    assert "Ferrand" not in reponse.content.decode()


def test_logs_hold_a_request_id_and_nothing_of_people(distribution, monkeypatch):
    (console,) = [h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler]
    flux = io.StringIO()
    monkeypatch.setattr(console, "stream", flux)
    sonia = distribution.proprietaire
    client = distribution.client("proprietaire")
    client.post(URL, donnees(distribution.point, note="Rappeler Mme Ferrand", **{"d0-theme": "0"}))
    client.get("/rien-ici/", headers={"X-Request-ID": "essai-des-entetes"})
    Client().post("/connexion/", {"login": sonia.email, "password": "mot-de-passe-faux"})
    texte = flux.getvalue()
    assert "essai-des-entetes" in texte
    assert not any(mot in texte for mot in ("Ferrand", sonia.email, "Benali", "mot-de-passe-faux"))
