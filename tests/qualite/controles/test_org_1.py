"""ORG-1, by table: a job description for each médiateur of the association."""

from datetime import date

import pytest

from qualite.controles import juger
from qualite.faits import FaitsAssociation
from qualite.faits_personnel import FaitsPersonnel
from tests.qualite.controles.table import SEUILS, exigence


def _resultat(**personnel):
    faits = FaitsAssociation(date(2026, 11, 24), personnel=FaitsPersonnel(**personnel))
    return juger(exigence("ORG-1", "doc"), faits, SEUILS)


@pytest.mark.parametrize(
    ("personnel", "attendu"),
    [
        ({"en_poste": 5, "fiches": 5}, "atteint"),
        ({"en_poste": 5, "fiches": 4}, "preuve_manquante"),
        ({"en_poste": 5}, "preuve_manquante"),
        ({}, "sans_objet"),
    ],
)
def test_the_verdict_follows_the_facts(personnel, attendu):
    assert _resultat(**personnel).verdict == attendu


def test_it_says_how_many_have_one():
    phrase = _resultat(en_poste=5, fiches=4).phrase
    assert phrase == "fiche de poste en vigueur pour 4 sur 5\xa0médiateurs"
