"""DEO-2, by table: what an association's médiateurs declared, and the document."""

import pytest

from qualite.controles import juger
from qualite.etat_preuve import Version
from qualite.faits import FaitsAssociation, PreuveLue
from tests.qualite.controles.table import EN_SERVICE, JOUR, SEUILS, exigence

DOCUMENT = {"DEO-2": (PreuveLue("association", (Version(1, EN_SERVICE, None),)),)}


def _juger(*verifications, **faits):
    return juger(exigence("DEO-2", *verifications), FaitsAssociation(JOUR, **faits), SEUILS)


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"conflits": 3, "conflits_traites": 3}, "atteint"),
        ({"conflits": 3, "conflits_traites": 2}, "a_traiter"),
        ({}, "sans_objet"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert _juger(**faits).verdict == attendu


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"conflits": 1, "conflits_traites": 1}, "preuve_manquante"),
        ({"conflits": 1, "conflits_traites": 1, "preuves": DOCUMENT}, "atteint"),
        ({"conflits": 1, "preuves": DOCUMENT}, "a_traiter"),
        ({"preuves": DOCUMENT}, "atteint"),
        ({}, "preuve_manquante"),
    ],
)
def test_the_document_is_due_too(faits, attendu):
    assert _juger("auto", "doc", **faits).verdict == attendu


def test_it_says_how_many_were_treated():
    assert _juger(conflits=3, conflits_traites=2).phrase == "2 sur 3\xa0conflits d’intérêts déclarés traités"
