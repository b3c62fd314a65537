"""CAD-1, by table."""

import pytest

from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"hors_champ": 3, "hors_champ_nommes": 3}, "atteint"),
        ({"hors_champ": 3, "hors_champ_nommes": 2}, "a_traiter"),
        ({}, "sans_objet"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert verdict("CAD-1", **faits) == attendu


def test_a_new_point_keeps_its_figures_without_a_verdict():
    faits = {"depuis": NOUVEAU, "hors_champ": 1}
    assert verdict("CAD-1", **faits) == "non_evalue"
    assert phrase("CAD-1", **faits).startswith("en démarrage jusqu’au 01/03/2027")


def test_it_says_how_many_have_a_contact():
    assert phrase("CAD-1", hors_champ=3, hors_champ_nommes=2).startswith("2 sur 3")
