"""ORG-5, by table."""

import pytest

from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"agents": 1, "encadrants": 1}, "atteint"),
        ({"agents": 3}, "a_traiter"),
        ({"agents": 2, "encadrants": 1, "france_services": True}, "atteint"),
        ({"agents": 1, "encadrants": 1, "france_services": True}, "a_traiter"),
        ({}, "a_traiter"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert verdict("ORG-5", **faits) == attendu


def test_a_new_point_keeps_its_figures_without_a_verdict():
    faits = {"depuis": NOUVEAU, "agents": 1}
    assert verdict("ORG-5", **faits) == "non_evalue"
    assert phrase("ORG-5", **faits).startswith("en démarrage jusqu’au 01/03/2027")


def test_it_names_the_label_that_asks_for_two():
    assert "France services" in phrase("ORG-5", agents=1, encadrants=1, france_services=True)
