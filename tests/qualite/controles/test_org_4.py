"""ORG-4, by table."""

import pytest

from qualite.faits_personnel import FaitsPersonnel
from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("personnel", "faits", "attendu"),
    [
        ({"en_poste": 5, "arrives": 2, "tutores": 2}, {}, "atteint"),
        ({"en_poste": 5, "arrives": 2, "tutores": 1}, {}, "atteint"),  # the other has just arrived
        ({"en_poste": 5, "arrives": 2, "tutores": 1, "tutorats_en_retard": 1}, {}, "a_traiter"),
        ({"en_poste": 5, "arrives": 2, "tutorats_en_retard": 2}, {}, "a_traiter"),
        ({"en_poste": 5}, {}, "sans_objet"),
        ({"arrives": 1, "tutorats_en_retard": 1}, {"depuis": NOUVEAU}, "non_evalue"),
    ],
)
def test_the_verdict_follows_the_facts(personnel, faits, attendu):
    assert verdict("ORG-4", personnel=FaitsPersonnel(**personnel), **faits) == attendu


def test_it_counts_arrivals():
    dite = phrase("ORG-4", personnel=FaitsPersonnel(en_poste=5, arrives=2, tutores=1))
    assert dite == "1 sur 2\xa0arrivées avec un tutorat, 1 encore dans son délai"
