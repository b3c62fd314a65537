"""What happens around any rule: none yet, one that raises, a new version, the first months."""

from datetime import date

import pytest

from qualite import controles
from qualite.controles import fin_de_demarrage, juger
from qualite.controles.resultat import Verdict
from qualite.faits import FaitsPoint
from qualite.models import Exigence
from tests.qualite.controles.table import JOUR, SEUILS, exigence, un_point


def test_a_requirement_without_a_rule_is_not_evaluated_and_says_why():
    resultat = juger(exigence("XYZ-1"), un_point(), SEUILS)
    assert (resultat.verdict, resultat.phrase) == (Verdict.NON_EVALUE, controles.SANS_REGLE)


def test_a_rule_that_raises_leaves_its_requirement_not_evaluated(monkeypatch, caplog):
    monkeypatch.setitem(controles.REGLES, "CAD-1", lambda faits, seuils: 1 // 0)
    resultat = juger(exigence("CAD-1"), un_point(), SEUILS)
    assert (resultat.verdict, resultat.phrase) == (Verdict.NON_EVALUE, controles.EN_PANNE)
    assert juger(exigence("CAD-2"), un_point(), SEUILS).verdict == Verdict.A_TRAITER
    assert "CAD-1" in caplog.text


def test_a_new_version_s_requirement_keeps_the_rule_of_its_old_code():
    nouvelle = Exigence(code="4.2", ancien_code="CAD-1", verification=["auto"])
    assert juger(nouvelle, un_point(hors_champ=1), SEUILS).verdict == Verdict.A_TRAITER


@pytest.mark.parametrize(
    ("depuis", "mois", "fin"),
    [
        (date(2026, 9, 1), 6, date(2027, 3, 1)),
        (date(2026, 8, 31), 6, date(2027, 3, 1)),
        (date(2026, 5, 24), 6, None),
        (date(2026, 5, 25), 6, date(2026, 11, 25)),
        (date(2026, 11, 1), 0, None),
    ],
)
def test_the_first_months_end_on_the_same_day_of_the_month(depuis, mois, fin):
    assert fin_de_demarrage(FaitsPoint(JOUR, depuis), SEUILS | {"demarrage": mois}) == fin
