"""DEO-5, by table."""

import pytest

from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"retraits_mediateur": 2, "retraits_motives": 2}, "atteint"),
        ({"retraits_mediateur": 2, "retraits_motives": 1, "retraits_parties": 4}, "a_traiter"),
        ({"retraits_parties": 4}, "atteint"),
        ({}, "sans_objet"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert verdict("DEO-5", **faits) == attendu


def test_a_new_point_keeps_its_figures_without_a_verdict():
    faits = {"depuis": NOUVEAU, "retraits_parties": 1}
    assert verdict("DEO-5", **faits) == "non_evalue"
    assert phrase("DEO-5", **faits).startswith("en démarrage jusqu’au 01/03/2027")


def test_a_party_is_asked_for_nothing():
    assert "sans justification" in phrase("DEO-5", retraits_parties=1)
