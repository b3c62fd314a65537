"""MEO-4, by table."""

import pytest

from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"relations": 5, "relations_suivies": 5}, "atteint"),
        ({"relations": 5, "relations_suivies": 4}, "a_traiter"),
        ({}, "sans_objet"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert verdict("MEO-4", **faits) == attendu


def test_a_new_point_keeps_its_figures_without_a_verdict():
    faits = {"depuis": NOUVEAU, "relations": 1}
    assert verdict("MEO-4", **faits) == "non_evalue"
    assert phrase("MEO-4", **faits).startswith("en démarrage jusqu’au 01/03/2027")


def test_it_says_the_delay():
    assert "plus de 90\xa0jours" in phrase("MEO-4", relations=5, relations_suivies=4)
