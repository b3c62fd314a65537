"""Logs of production: one JSON object a line, with a fixed set of fields."""

import json
import logging

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
