"""SUI-5, by table."""

import pytest

from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"alertes": 2, "transmissions": 2}, "atteint"),
        ({"alertes": 2, "alertes_gardees": 1}, "a_traiter"),
        ({"alertes": 2, "transmissions": 2, "transmissions_muettes": 1}, "a_traiter"),
        ({}, "sans_objet"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert verdict("SUI-5", **faits) == attendu


def test_a_new_point_keeps_its_figures_without_a_verdict():
    faits = {"depuis": NOUVEAU, "alertes": 1}
    assert verdict("SUI-5", **faits) == "non_evalue"
    assert phrase("SUI-5", **faits).startswith("en démarrage jusqu’au 01/03/2027")


def test_it_says_what_remains():
    dite = phrase("SUI-5", alertes=3, alertes_gardees=1, transmissions=2, transmissions_muettes=2)
    assert dite == "1\xa0alerte à transmettre, 2\xa0envois sans réponse à relancer"
