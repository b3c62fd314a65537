"""SUI-2, by table: the measuring is judged, never the rate."""

import pytest

from tests.qualite.controles.table import NOUVEAU, phrase, verdict

VIVANTE = {"questionnaires": 1, "satisfaction_recentes": 1}


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"satisfaction": 30, "satisfaits": 30} | VIVANTE, "atteint"),
        ({"satisfaction": 30, "satisfaits": 0} | VIVANTE, "atteint"),
        ({"satisfaction": 29, "satisfaits": 29} | VIVANTE, "a_traiter"),
        ({"satisfaction": 300, "satisfaits": 290, "questionnaires": 1}, "a_traiter"),
        ({"satisfaction": 300, "satisfaits": 290, "satisfaction_recentes": 40}, "a_traiter"),
        ({"questionnaires": 1}, "a_traiter"),
        ({}, "a_traiter"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert verdict("SUI-2", **faits) == attendu


def test_a_new_point_keeps_its_figures_without_a_verdict():
    faits = {"depuis": NOUVEAU, "satisfaction": 12} | VIVANTE
    assert verdict("SUI-2", **faits) == "non_evalue"
    assert phrase("SUI-2", **faits).endswith("12\xa0réponses\u202f: pas de taux sous 30")


@pytest.mark.parametrize(
    ("faits", "dite"),
    [
        ({"satisfaction": 29, "satisfaits": 29} | VIVANTE, "29\xa0réponses\u202f: pas de taux sous 30"),
        ({"satisfaction": 40, "satisfaits": 30} | VIVANTE, "40\xa0réponses, 75\u202f% de satisfaits"),
        ({}, "aucune réponse sur la période, aucun questionnaire ouvert"),
        (
            {"satisfaction": 40, "satisfaits": 30, "questionnaires": 1},
            "40\xa0réponses, 75\u202f% de satisfaits, plus aucune depuis 90 jours",
        ),
    ],
)
def test_no_rate_is_told_under_thirty_answers(faits, dite):
    assert phrase("SUI-2", **faits) == dite
