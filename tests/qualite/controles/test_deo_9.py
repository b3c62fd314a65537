"""DEO-9, by table."""

import pytest

from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"informer": 1, "faire_avec": 6, "faire_a_la_place": 1}, "montre"),
        ({"faire_a_la_place": 9}, "montre"),
        ({}, "sans_objet"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert verdict("DEO-9", **faits) == attendu


def test_a_new_point_keeps_its_figures_without_a_verdict():
    faits = {"depuis": NOUVEAU, "faire_avec": 1}
    assert verdict("DEO-9", **faits) == "montre"
    assert phrase("DEO-9", **faits).startswith("faire avec 100")


def test_shares_are_of_the_requests_whose_help_was_noted():
    assert "faire avec 75\u202f%" in phrase("DEO-9", informer=1, faire_avec=6, faire_a_la_place=1)
