"""MEO-1, by table."""

from datetime import date

import pytest

from tests.qualite.controles.table import NOUVEAU, phrase, verdict

MUETTE = (date(2026, 10, 6),)


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"ouvertures": 200}, "atteint"),
        ({"ouvertures": 200, "ouvertures_muettes": MUETTE}, "a_traiter"),
        ({"ouvertures": 200, "fermetures": 1}, "atteint"),
        ({"ouvertures": 200, "fermetures": 1, "fermetures_tues": 1}, "a_traiter"),
        ({"ouvertures": 0}, "non_evalue"),
        ({}, "non_evalue"),
        ({"ouvertures": 10, "ouvertures_muettes": MUETTE, "depuis": NOUVEAU}, "non_evalue"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert verdict("MEO-1", **faits) == attendu


def test_it_names_the_days_without_an_entry():
    assert "06/10/2026" in phrase("MEO-1", ouvertures=200, ouvertures_muettes=MUETTE)


def test_hours_that_nobody_entered_are_said():
    assert phrase("MEO-1") == "Les horaires du point ne sont pas saisis."
