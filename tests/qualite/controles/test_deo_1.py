"""DEO-1, by table."""

import pytest

from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"accords_dus": 97, "accords_donnes": 97}, "atteint"),
        ({"accords_dus": 97, "accords_donnes": 96}, "a_traiter"),
        ({}, "sans_objet"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert verdict("DEO-1", **faits) == attendu


def test_a_new_point_keeps_its_figures_without_a_verdict():
    faits = {"depuis": NOUVEAU, "accords_dus": 1}
    assert verdict("DEO-1", **faits) == "non_evalue"
    assert phrase("DEO-1", **faits).startswith("en démarrage jusqu’au 01/03/2027")


def test_it_says_how_many_agreed():
    assert "96 sur 97" in phrase("DEO-1", accords_dus=97, accords_donnes=96)
