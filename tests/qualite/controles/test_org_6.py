"""ORG-6, by table."""

import pytest

from qualite.faits_personnel import FaitsPersonnel
from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("personnel", "faits", "attendu"),
    [
        ({"en_poste": 5, "reunions": 4}, {}, "atteint"),
        ({"en_poste": 5, "reunions": 3}, {}, "a_traiter"),
        ({"en_poste": 5}, {}, "a_traiter"),
        ({}, {}, "sans_objet"),
        ({"en_poste": 5, "reunions": 3}, {"depuis": NOUVEAU}, "non_evalue"),
    ],
)
def test_the_verdict_follows_the_facts(personnel, faits, attendu):
    assert verdict("ORG-6", personnel=FaitsPersonnel(**personnel), **faits) == attendu


@pytest.mark.parametrize(
    ("nombre", "dite"), [(5, "5\xa0réunions, 4 attendues"), (0, "aucune réunion notée, 4 attendues")]
)
def test_it_says_how_many_were_held(nombre, dite):
    assert phrase("ORG-6", personnel=FaitsPersonnel(en_poste=5, reunions=nombre)) == dite
