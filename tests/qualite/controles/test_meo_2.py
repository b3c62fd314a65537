"""MEO-2, by table."""

import pytest

from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"interventions": 100, "tardives": 10}, "atteint"),
        ({"interventions": 100, "tardives": 11}, "a_traiter"),
        ({"interventions": 99, "tardives": 10}, "a_traiter"),
        ({}, "non_evalue"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert verdict("MEO-2", **faits) == attendu


def test_a_new_point_keeps_its_figures_without_a_verdict():
    faits = {"depuis": NOUVEAU, "interventions": 1}
    assert verdict("MEO-2", **faits) == "non_evalue"
    assert phrase("MEO-2", **faits).startswith("en démarrage jusqu’au 01/03/2027")


def test_it_says_the_share_and_what_is_accepted():
    dite = phrase("MEO-2", interventions=200, tardives=21)
    assert "10,5\u202f%" in dite
    assert "10\u202f% admis" in dite
