"""When an attestation is valid, missing in time, or late: the pure rules."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualite.relances import palier_du
from qualite.validite import Etat, Regles, Situation, fusionner, plus_mois, situation

V1, V2 = date(2020, 1, 1), date(2026, 6, 1)
ARRIVEE = date(2024, 3, 1)
REGLES = Regles()
DELAI = [(0, Etat.DANS_LE_DELAI), (30, Etat.DANS_LE_DELAI), (31, Etat.EN_RETARD)]


def _situation(jour: date, **champs) -> Situation:
    defauts: dict = {"postes": [(ARRIVEE, None)], "versions": [V1], "regles": REGLES}
    return situation(jour, **defauts | champs)


def test_an_attestation_is_valid_twelve_months_less_a_day():
    faite = [(date(2025, 3, 10), V1)]
    assert _situation(date(2026, 3, 9), attestations=faite) == Situation(Etat.A_JOUR, date(2026, 3, 9))


def test_the_day_after_it_is_late_without_grace():
    faite = [(date(2025, 3, 10), V1)]
    assert _situation(date(2026, 3, 10), attestations=faite) == Situation(Etat.EN_RETARD, date(2026, 3, 9))


@pytest.mark.parametrize(
    ("jours", "etat"), [(0, Etat.DANS_LE_DELAI), (30, Etat.DANS_LE_DELAI), (31, Etat.EN_RETARD)]
)
def test_a_newcomer_has_thirty_days(jours, etat):
    jour = ARRIVEE + timedelta(days=jours)
    assert _situation(jour) == Situation(etat, ARRIVEE + timedelta(days=30))


@pytest.mark.parametrize(
    ("jours", "etat"), [(0, Etat.DANS_LE_DELAI), (30, Etat.DANS_LE_DELAI), (31, Etat.EN_RETARD)]
)
def test_a_new_version_gives_thirty_days_to_those_who_were_up_to_date(jours, etat):
    faite = [(date(2026, 5, 1), V1)]
    jour = V2 + timedelta(days=jours)
    assert _situation(jour, attestations=faite, versions=[V1, V2]).etat == etat


def test_a_new_version_does_not_forgive_those_who_were_late():
    faite = [(date(2025, 3, 10), V1)]
    assert _situation(V2, attestations=faite, versions=[V1, V2]) == Situation(
        Etat.EN_RETARD, date(2026, 3, 9)
    )


def test_a_version_to_come_changes_nothing_yet():
    faite = [(date(2026, 5, 1), V1)]
    assert _situation(date(2026, 5, 31), attestations=faite, versions=[V1, V2]).etat == Etat.A_JOUR


def test_someone_away_for_long_is_not_awaited():
    absence = [(date(2026, 1, 1), date(2026, 1, 30))]  # thirty days
    assert _situation(date(2026, 1, 10), absences=absence).etat == Etat.HORS_POSTE


def test_a_shorter_absence_changes_nothing():
    absence = [(date(2026, 1, 1), date(2026, 1, 29))]
    assert _situation(date(2026, 1, 10), absences=absence).etat == Etat.EN_RETARD


def test_two_absences_that_touch_are_one():
    absence = [(date(2026, 1, 1), date(2026, 1, 20)), (date(2026, 1, 21), date(2026, 2, 5))]
    assert _situation(date(2026, 1, 10), absences=absence).etat == Etat.HORS_POSTE


def test_a_return_from_a_long_absence_gives_thirty_days():
    absence = [(date(2026, 1, 1), date(2026, 3, 31))]
    assert _situation(date(2026, 4, 1), absences=absence) == Situation(Etat.DANS_LE_DELAI, date(2026, 5, 1))


def test_an_absence_without_end_is_long_once_it_has_lasted():
    absence = [(date(2026, 1, 1), None)]
    assert _situation(date(2026, 1, 29), absences=absence).etat == Etat.EN_RETARD
    assert _situation(date(2026, 1, 30), absences=absence).etat == Etat.HORS_POSTE


def test_two_contracts_close_to_each_other_are_no_return():
    postes = [(ARRIVEE, date(2026, 3, 31)), (date(2026, 4, 15), None)]
    assert _situation(date(2026, 4, 15), postes=postes).etat == Etat.EN_RETARD


def test_coming_back_after_months_is_a_return():
    postes = [(ARRIVEE, date(2025, 12, 31)), (date(2026, 4, 1), None)]
    assert _situation(date(2026, 4, 1), postes=postes) == Situation(Etat.DANS_LE_DELAI, date(2026, 5, 1))


def test_nobody_is_awaited_between_two_contracts():
    postes = [(ARRIVEE, date(2026, 3, 31)), (date(2026, 4, 15), None)]
    assert _situation(date(2026, 4, 5), postes=postes).etat == Etat.HORS_POSTE


def test_without_a_charter_nothing_is_asked():
    assert _situation(date(2026, 4, 5), versions=[]).etat == Etat.SANS_CHARTE


def test_the_first_version_gives_thirty_days_to_everyone():
    assert _situation(V2, versions=[V2]) == Situation(Etat.DANS_LE_DELAI, V2 + timedelta(days=30))


def test_an_attestation_of_29_february_ends_on_the_28th_a_year_later():
    assert plus_mois(date(2024, 2, 29), 12) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("reste", "palier"),
    [(31, None), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1), (-1, None), (None, None)],
)
def test_the_tightest_reminder_is_due(reste, palier):
    assert palier_du(reste) == palier


jours = st.dates(date(2023, 1, 1), date(2028, 12, 31))


@st.composite
def periodes(draw):
    debut = draw(jours)
    return debut, draw(st.none() | st.integers(0, 400).map(lambda n: debut + timedelta(days=n)))


@given(jours, st.lists(periodes(), max_size=3), st.lists(periodes(), max_size=3), st.lists(jours, max_size=3))
def test_attesting_today_makes_anyone_in_post_up_to_date(jour, postes, absences, faites):
    def apres(*jours_attestes):
        attestees = [(f, V1) for f in [*faites, *jours_attestes]]
        return _situation(jour, postes=postes, absences=absences, attestations=attestees)

    hors_poste = apres().etat == Etat.HORS_POSTE
    assert apres(jour).etat == (Etat.HORS_POSTE if hors_poste else Etat.A_JOUR)


@given(jours, st.lists(jours, max_size=4))
def test_the_deadline_agrees_with_the_state(jour, faites):
    s = _situation(jour, attestations=[(f, V1) for f in faites])
    if s.echeance:
        assert (s.etat == Etat.EN_RETARD) == (s.echeance < jour)


@given(st.lists(periodes(), max_size=6), st.integers(0, 30))
def test_joined_intervals_never_touch_and_keep_every_day(intervalles, trou):
    fusion = fusionner(intervalles, trou)
    assert all((b[0] - a[1]).days > trou + 1 for a, b in itertools.pairwise(fusion))
    assert all(any(f[0] <= d and (fin or date.max) <= f[1] for f in fusion) for d, fin in intervalles)
