"""DEO-7, by table."""

import pytest

from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"gestes_sous_mandat": 4, "gestes_mandat_valable": 4}, "atteint"),
        ({"gestes_sous_mandat": 4, "gestes_mandat_valable": 3}, "a_traiter"),
        ({}, "sans_objet"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert verdict("DEO-7", **faits) == attendu


def test_a_new_point_keeps_its_figures_without_a_verdict():
    faits = {"depuis": NOUVEAU, "gestes_sous_mandat": 1}
    assert verdict("DEO-7", **faits) == "non_evalue"
    assert phrase("DEO-7", **faits).startswith("en démarrage jusqu’au 01/03/2027")


def test_what_was_computed_does_not_stand_for_the_document():
    bons = {"gestes_sous_mandat": 4, "gestes_mandat_valable": 4}
    assert verdict("DEO-7", "auto", "doc", **bons) == "preuve_manquante"
    assert verdict("DEO-7", "auto", "doc", gestes_sous_mandat=4) == "a_traiter"
