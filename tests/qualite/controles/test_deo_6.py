"""DEO-6, by table."""

import pytest

from qualite.faits_personnel import FaitsPersonnel
from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("personnel", "faits", "attendu"),
    [
        ({"en_poste": 5, "analyses": 4}, {}, "atteint"),
        ({"en_poste": 5, "analyses": 3}, {}, "a_traiter"),
        ({"en_poste": 5}, {}, "a_traiter"),
        ({}, {}, "sans_objet"),
        ({"en_poste": 5, "analyses": 3}, {"depuis": NOUVEAU}, "non_evalue"),
    ],
)
def test_the_verdict_follows_the_facts(personnel, faits, attendu):
    assert verdict("DEO-6", personnel=FaitsPersonnel(**personnel), **faits) == attendu


@pytest.mark.parametrize(
    ("nombre", "dite"), [(5, "5\xa0séances, 4 attendues"), (0, "aucune séance notée, 4 attendues")]
)
def test_it_says_how_many_were_held(nombre, dite):
    assert phrase("DEO-6", personnel=FaitsPersonnel(en_poste=5, analyses=nombre)) == dite
