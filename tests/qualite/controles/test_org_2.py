"""ORG-2, by table."""

import pytest

from qualite.faits_personnel import FaitsPersonnel
from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("personnel", "faits", "attendu"),
    [
        ({"en_poste": 5, "qualifies": 5}, {}, "atteint"),
        ({"en_poste": 5, "qualifies": 4}, {}, "atteint"),  # the fifth has just arrived
        ({"en_poste": 5, "qualifies": 4, "qualifications_en_retard": 1}, {}, "a_traiter"),
        ({"en_poste": 5, "qualifications_en_retard": 5}, {}, "a_traiter"),
        ({}, {}, "sans_objet"),
        ({"en_poste": 5, "qualifications_en_retard": 5}, {"depuis": NOUVEAU}, "non_evalue"),
    ],
)
def test_the_verdict_follows_the_facts(personnel, faits, attendu):
    assert verdict("ORG-2", personnel=FaitsPersonnel(**personnel), **faits) == attendu


def test_it_names_nobody_and_tells_who_still_has_time():
    equipe = FaitsPersonnel(en_poste=5, qualifies=3, qualifications_en_retard=1)
    dite = phrase("ORG-2", personnel=equipe)
    assert dite == "3 sur 5\xa0médiateurs qualifiés ou en parcours, 1 encore dans son délai"
