"""CAD-5, by table."""

import pytest

from tests.qualite.controles.table import NOUVEAU, phrase, verdict

CHARTE = {"charte_en_vigueur": True}


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        (CHARTE | {"mediateurs": 11, "mediateurs_attestes": 11}, "atteint"),
        (CHARTE | {"mediateurs": 11, "mediateurs_attestes": 10}, "atteint"),
        (CHARTE | {"mediateurs": 11, "mediateurs_attestes": 9, "mediateurs_en_retard": 1}, "a_traiter"),
        (CHARTE, "sans_objet"),
        ({"mediateurs": 11}, "non_evalue"),
        (CHARTE | {"mediateurs": 1, "mediateurs_en_retard": 1, "depuis": NOUVEAU}, "non_evalue"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert verdict("CAD-5", **faits) == attendu


def test_it_tells_the_late_from_those_who_still_have_time():
    faits = {"mediateurs": 11, "mediateurs_attestes": 8, "mediateurs_en_retard": 2}
    dite = phrase("CAD-5", **CHARTE | faits)
    assert dite == "8 sur 11\xa0médiateurs, 2 en retard, 1 encore dans son délai"
