"""Where a proof stands on a day: the pure rules."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualite.etat_preuve import EtatPreuve, Version, etat_de_la_preuve

DEBUT, FIN = date(2026, 1, 1), date(2026, 12, 31)
VERSION = Version(1, DEBUT, FIN)


@pytest.mark.parametrize(
    ("jour", "etat"),
    [
        (DEBUT - timedelta(days=1), EtatPreuve.A_VENIR),
        (DEBUT, EtatPreuve.EN_VIGUEUR),
        (FIN - timedelta(days=31), EtatPreuve.EN_VIGUEUR),
        (FIN - timedelta(days=30), EtatPreuve.BIENTOT_ECHUE),
        (FIN, EtatPreuve.BIENTOT_ECHUE),
        (FIN + timedelta(days=1), EtatPreuve.ECHUE),
    ],
)
def test_a_proof_is_worth_something_between_its_two_days(jour, etat):
    assert VERSION.etat(jour) == etat


def test_a_yearly_document_without_an_end_lapses_after_its_year():
    version = Version(1, DEBUT, None)
    assert version.etat(date(2026, 12, 31), periodicite=12).vaut
    assert version.etat(date(2027, 1, 1), periodicite=12) == EtatPreuve.ECHUE
    assert version.etat(date(2040, 1, 1)).vaut


@pytest.mark.parametrize(
    ("evenements", "etat"),
    [
        (["refus"], EtatPreuve.REFUSEE),
        (["refus", "levee"], EtatPreuve.EN_VIGUEUR),
        (["refus", "levee", "refus"], EtatPreuve.REFUSEE),
        (["alteration"], EtatPreuve.ALTEREE),
        (["alteration", "integrite"], EtatPreuve.EN_VIGUEUR),
        (["refus", "alteration"], EtatPreuve.ALTEREE),
        (["retrait"], EtatPreuve.RETIREE),
        (["retrait", "effacement"], EtatPreuve.EFFACEE),
    ],
)
def test_what_was_decided_comes_before_the_dates(evenements, etat):
    assert Version(1, DEBUT, FIN, evenements).etat(date(2026, 6, 1)) == etat


def test_a_refused_version_leaves_the_former_one_in_force():
    versions = [VERSION, Version(2, DEBUT, None, ["refus"])]
    etat, retenue = etat_de_la_preuve(versions, date(2026, 6, 1))
    assert (etat, retenue.numero) == (EtatPreuve.EN_VIGUEUR, 1)


def test_without_any_version_in_force_the_latest_says_why():
    versions = [VERSION, Version(2, DEBUT, None, ["refus"])]
    assert etat_de_la_preuve(versions, date(2028, 1, 1))[0] == EtatPreuve.REFUSEE


def test_a_proof_carried_on_does_not_lapse_soon():
    versions = [VERSION, Version(2, FIN - timedelta(days=20), FIN + timedelta(days=345))]
    assert etat_de_la_preuve(versions, FIN - timedelta(days=5))[0] == EtatPreuve.EN_VIGUEUR


def test_a_proof_has_a_version():
    with pytest.raises(ValueError, match="au moins une version"):
        etat_de_la_preuve([], DEBUT)


jours = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given(jours, jours, st.none() | st.integers(0, 800))
def test_a_state_agrees_with_the_two_days(jour, debut, duree):
    fin = None if duree is None else debut + timedelta(days=duree)
    assert Version(1, debut, fin).etat(jour).vaut == (debut <= jour and (fin is None or jour <= fin))
