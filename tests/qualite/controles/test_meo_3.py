"""MEO-3, by table."""

import pytest

from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"dossiers": 5}, "atteint"),
        ({"dossiers": 5, "dossiers_a_revoir": 1}, "a_traiter"),
        ({}, "sans_objet"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert verdict("MEO-3", **faits) == attendu


def test_a_new_point_keeps_its_figures_without_a_verdict():
    faits = {"depuis": NOUVEAU, "dossiers": 1}
    assert verdict("MEO-3", **faits) == "non_evalue"
    assert phrase("MEO-3", **faits).startswith("en démarrage jusqu’au 01/03/2027")


def test_it_says_how_many_wait():
    assert "1\xa0dossier à revoir sur 5" in phrase("MEO-3", dossiers=5, dossiers_a_revoir=1)
