"""SUI-4, by table."""

import pytest

from tests.qualite.controles.table import NOUVEAU, phrase, verdict


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"correctives_closes": 3, "correctives_a_temps": 3}, "atteint"),
        ({"correctives_closes": 3, "correctives_a_temps": 3, "correctives": 2}, "atteint"),
        ({"correctives_closes": 3, "correctives_a_temps": 2}, "a_traiter"),
        ({"correctives": 1, "correctives_en_retard": 1}, "a_traiter"),
        ({"correctives_closes": 3, "correctives_a_temps": 3, "correctives_annulees_tard": 1}, "a_traiter"),
        ({"correctives": 2}, "sans_objet"),
        ({}, "sans_objet"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert verdict("SUI-4", **faits) == attendu


def test_a_new_point_keeps_its_figures_without_a_verdict():
    faits = {"depuis": NOUVEAU, "correctives_closes": 1, "correctives_a_temps": 1}
    assert verdict("SUI-4", **faits) == "non_evalue"


def test_it_says_what_is_late_and_what_was_moved():
    faits = {
        "correctives_closes": 2,
        "correctives_a_temps": 1,
        "correctives": 3,
        "correctives_en_retard": 2,
        "correctives_reportees": 1,
    }
    assert phrase("SUI-4", **faits) == (
        "2\xa0actions en retard, 1\xa0action close après l’échéance\u202f; échéance déplacée pour 1\xa0action"
    )


def test_it_says_what_was_cancelled_too_late():
    assert phrase("SUI-4", correctives_annulees_tard=2) == "2\xa0actions annulées après l’échéance"


def test_what_is_under_way_in_time_is_shown_without_a_verdict():
    assert phrase("SUI-4", correctives=2) == "2\xa0actions en cours, aucune à échéance."
