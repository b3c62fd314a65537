"""Ready-made periods and how they read. `le` writes a day as « 2028-02-29 »."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pimms.socle.periodes import PRESELECTIONS, Periode, finissant_le, mois_de, par_mois, preselection

le = date.fromisoformat
jours = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))


@pytest.mark.parametrize(
    ("code", "du", "au"),
    [
        ("aujourd_hui", "2026-11-25", "2026-11-25"),
        ("7_jours", "2026-11-19", "2026-11-25"),
        ("semaine", "2026-11-23", "2026-11-25"),
        ("mois", "2026-11-01", "2026-11-25"),
        ("mois_dernier", "2026-10-01", "2026-10-31"),
        ("12_mois", "2025-11-26", "2026-11-25"),
    ],
)
def test_a_ready_made_period_seen_on_a_wednesday(code, du, au):
    assert preselection(code, le("2026-11-25")) == Periode(le(du), le(au))


def test_twelve_months_before_29_february_begin_on_1_march():
    assert preselection("12_mois", le("2028-02-29")) == Periode(le("2027-03-01"), le("2028-02-29"))


def test_twelve_months_that_hold_29_february_last_366_days():
    assert preselection("12_mois", le("2028-03-01")).jours == 366


def test_last_month_in_march_of_a_leap_year_ends_on_the_29th():
    assert preselection("mois_dernier", le("2028-03-31")).au == le("2028-02-29")


def test_last_month_in_january_is_december():
    assert preselection("mois_dernier", le("2026-01-31")).du == le("2025-12-01")


@given(jours, st.sampled_from([code for code, _ in PRESELECTIONS]))
def test_a_ready_made_period_never_reaches_tomorrow_nor_beyond_a_year(aujourdhui, code):
    periode = preselection(code, aujourdhui)
    assert periode.au <= aujourdhui
    assert 1 <= periode.jours <= 366


@given(st.dates(), st.integers(1, 400))
def test_days_that_end_on_a_day_are_as_many_as_asked_unless_the_calendar_begins(au, nombre):
    periode = finissant_le(au, nombre)
    assert periode.au == au
    assert periode.jours == min(nombre, au.toordinal())


def test_a_reversed_period_is_refused():
    with pytest.raises(ValueError, match="précède"):
        Periode(le("2026-11-25"), le("2026-11-24"))


@pytest.mark.parametrize(
    ("du", "au", "mots"),
    [
        ("2026-11-23", "2026-11-23", "le lundi 23 novembre 2026"),
        ("2026-11-01", "2026-11-01", "le dimanche 1er novembre 2026"),
        ("2026-11-17", "2026-11-23", "du 17 au 23 novembre 2026"),
        ("2026-11-01", "2026-12-01", "du 1er novembre au 1er décembre 2026"),
        ("2025-11-24", "2026-11-23", "du 24 novembre 2025 au 23 novembre 2026"),
    ],
)
def test_a_period_reads_as_people_say_it(du, au, mots):
    assert Periode(le(du), le(au)).en_mots() == mots


@given(st.dates(), st.integers(0, 800))
def test_a_period_is_its_months_with_some_days_more_or_less(du, jours):
    au = date.fromordinal(min(du.toordinal() + jours, date.max.toordinal()))
    entiers, restes = par_mois(Periode(du, au))
    comptes = Counter()
    for reste, sens in restes:
        comptes.update(dict.fromkeys(range(reste.du.toordinal(), reste.au.toordinal() + 1), sens))
    if entiers:
        assert entiers[0].day == entiers[1].day == 1
        comptes.update(range(entiers[0].toordinal(), mois_de(entiers[1]).au.toordinal() + 1))
    assert {jour for jour, n in comptes.items() if n} == set(range(du.toordinal(), au.toordinal() + 1))
    assert set(comptes.values()) <= {0, 1}
    assert sum(reste.jours for reste, _ in restes) <= 30
