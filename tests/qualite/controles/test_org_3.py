"""ORG-3, by table."""

import pytest

from qualite.faits_personnel import FaitsPersonnel
from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("personnel", "faits", "attendu"),
    [
        ({"en_poste": 5, "formes": 5}, {}, "atteint"),
        ({"en_poste": 5, "formes": 4}, {}, "a_traiter"),
        ({"en_poste": 5}, {}, "a_traiter"),
        ({}, {}, "sans_objet"),
        ({"en_poste": 5}, {"depuis": NOUVEAU}, "non_evalue"),
    ],
)
def test_the_verdict_follows_the_facts(personnel, faits, attendu):
    assert verdict("ORG-3", personnel=FaitsPersonnel(**personnel), **faits) == attendu


def test_it_says_how_many_and_what_is_due():
    dite = phrase("ORG-3", personnel=FaitsPersonnel(en_poste=5, formes=4))
    assert dite == "4 sur 5\xa0médiateurs avec les heures attendues (21\u202fh par an, au prorata)"
