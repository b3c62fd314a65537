"""Logs of production: one JSON object a line, with a fixed set of fields."""

import importlib.util
import json
import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
from gunicorn.config import Config
from gunicorn.glogging import SafeAtoms

from pimms.reglages import environnement
from pimms.services.lieux import RACINE
from pimms.socle.discretion import Discretion
from pimms.socle.journaux import EnJson
from pimms.socle.middleware import FiltreRequete


def _ligne(**extra) -> str:
    record = logging.LogRecord("pimms.essai", logging.ERROR, "f.py", 1, "visite %s", (12,), None)
    record.__dict__.update(extra)
    for filtre in (FiltreRequete(), Discretion()):
        filtre.filter(record)
    return EnJson().format(record)


def test_a_line_tells_when_where_and_in_which_request():
    ligne = json.loads(_ligne())
    assert set(ligne) == {"le", "niveau", "origine", "requete", "message"}
    assert (ligne["niveau"], ligne["origine"], ligne["message"]) == ("ERROR", "pimms.essai", "visite 12")


def test_what_hangs_on_a_record_never_comes_out():
    """Django hangs the request, its user and its body on what it logs."""
    assert "Fatou" not in _ligne(request={"user": "Fatou"}, corps="Fatou", utilisateur="Fatou")


def test_an_error_is_one_line_without_the_values_it_quotes():
    try:
        raise ValueError("refusé\nDETAIL: Failing row contains (Fatou)")
    except ValueError as erreur:
        ligne = _ligne(exc_info=(type(erreur), erreur, erreur.__traceback__))
    assert "\n" not in ligne
    assert "Fatou" not in ligne
    assert "ValueError" in json.loads(ligne)["erreur"]


@pytest.fixture
def gunicorn(monkeypatch):
    """Its configuration as production reads it."""
    monkeypatch.setattr(environnement, "DEMO", False)
    monkeypatch.setattr(environnement, "DEBUG", False)
    fichier = RACINE / "pimms" / "deploiement" / "gunicorn.conf.py"
    spec = importlib.util.spec_from_file_location("gunicorn_conf", fichier)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "chemin", ["/accueil/saisie/", '/a"b\\c\n{"le": 1}/', "/accueil/invitation/MQ/secret/"]
)
def test_an_access_line_is_json_whatever_is_asked_for(gunicorn, chemin):
    reponse = SimpleNamespace(status="200 OK", status_code=200, sent=12, headers=[("X-Request-ID", "abc")])
    environ = {"PATH_INFO": chemin, "RAW_URI": chemin, "REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1"}
    requete = SimpleNamespace(headers=[])
    atomes = gunicorn.Journaux(Config()).atoms(reponse, requete, environ, timedelta(milliseconds=5))
    ligne = json.loads(gunicorn.access_log_format % SafeAtoms(atomes))
    assert (ligne["requete"], ligne["statut"], ligne["methode"]) == ("abc", "200", "GET")
    assert "secret" not in ligne["chemin"]
    assert "adresse" not in ligne
