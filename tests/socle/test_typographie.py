"""French typography: one behaviour a test. A narrow no-break space is written F."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from pimms.socle import typographie as t

F = t.FINE


def test_thousands_are_parted_by_a_narrow_no_break_space():
    assert t.nombre(1234567) == f"1{F}234{F}567"


def test_a_small_number_stays_as_it_is():
    assert t.nombre(44) == "44"


def test_decimals_follow_a_comma():
    assert t.nombre(Decimal("1.95"), 1) == "2,0"


def test_halves_are_rounded_up():
    assert t.nombre(2.5) == "3"


def test_a_negative_number_has_a_true_minus():
    assert t.nombre(-1200) == f"\u22121{F}200"


def test_what_rounds_to_zero_has_no_minus():
    assert t.nombre(-0.2) == "0"


def test_a_share_becomes_a_percentage():
    assert t.pourcentage(0.814) == f"81{F}%"


def test_a_share_keeps_the_decimals_asked_for():
    assert t.pourcentage(0.0642, 1) == f"6,4{F}%"


def test_an_hour_has_no_leading_zero():
    assert t.heure(time(8, 10)) == f"8{F}h{F}10"


def test_minutes_of_an_hour_have_two_figures():
    assert t.heure(datetime(2026, 11, 23, 14, 5)) == f"14{F}h{F}05"


def test_a_full_hour_has_no_minutes():
    assert t.heure(time(9, 0)) == f"9{F}h"


def test_a_duration_under_an_hour_is_in_minutes():
    assert t.duree(45) == f"45{F}min"


def test_a_duration_over_an_hour_is_in_hours_and_minutes():
    assert t.duree(490) == f"8{F}h{F}10"


def test_full_hours_have_no_minutes():
    assert t.duree(120) == f"2{F}h"


def test_no_duration_is_zero_minutes():
    assert t.duree(0) == f"0{F}min"


def test_long_totals_part_their_thousands():
    assert t.duree(60 * 1500 + 5) == f"1{F}500{F}h{F}05"


def test_a_negative_duration_is_refused():
    with pytest.raises(ValueError, match="négative"):
        t.duree(-1)


def test_a_long_date_has_its_weekday():
    assert t.date_longue(date(2026, 11, 23)) == "lundi 23 novembre"


def test_a_long_date_takes_its_year_on_demand():
    assert t.date_longue(date(2026, 11, 23), avec_annee=True) == "lundi 23 novembre 2026"


def test_the_first_of_a_month_is_an_ordinal():
    assert t.date_longue(date(2026, 6, 1)) == "lundi 1er juin"


def test_a_short_date_is_in_figures():
    assert t.date_courte(date(2026, 1, 5)) == "05/01/2026"


def test_a_month_is_named_with_its_year():
    assert t.mois(date(2026, 8, 31)) == "août 2026"


@pytest.mark.parametrize(("quantite", "attendu"), [(0, ""), (1, ""), (1.9, ""), (2, "s"), (-3, "s")])
def test_french_plural_begins_at_two(quantite, attendu):
    assert t.accorder(quantite) == attendu


def test_an_irregular_plural_is_given_whole():
    assert t.accorder(2, "journal,journaux") == "journaux"


def test_another_ending_can_be_asked_for():
    assert t.accorder(5, "x") == "x"


def test_a_count_agrees_with_its_noun():
    assert t.compte(1208, "réponse") == f"1{F}208\u00a0réponses"


def test_a_count_of_zero_is_singular():
    assert t.compte(0, "visite") == "0\u00a0visite"


def test_a_count_takes_an_irregular_plural():
    assert t.compte(3, "journal,journaux") == "3\u00a0journaux"


def test_a_short_name_is_the_last_part():
    assert t.nom_court("Lyon Métropole – Gerland") == "Gerland"


def test_a_name_of_one_part_stays_whole():
    assert t.nom_court("Saint-Denis") == "Saint-Denis"


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("Annonay", "d’Annonay"),
        ("Évry", "d’Évry"),
        ("Œting", "d’Œting"),
        ("Yvetot", "d’Yvetot"),
        ("Yerres", "d’Yerres"),
        ("Hyères", "d’Hyères"),
        ("Hérouville-Saint-Clair", "d’Hérouville-Saint-Clair"),
        ("IVRY", "d’IVRY"),
    ],
)
def test_de_is_elided_before_a_vowel_or_a_mute_h(nom, attendu):
    assert t.de(nom) == attendu


@pytest.mark.parametrize("nom", ["Lyon – Gerland", "Yutz", "Haguenau", "Houilles", "La Rochelle", "Lens"])
def test_de_stays_whole_before_a_consonant_or_an_aspirated_h(nom):
    assert t.de(nom) == f"de {nom}"


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("Le Mans – Sablons", "du Mans – Sablons"),
        ("Les Abymes", "des Abymes"),
        ("L’Isle-Adam", "de L’Isle-Adam"),
        ("Lestelle", "de Lestelle"),
    ],
)
def test_de_contracts_with_the_article_of_a_name(nom, attendu):
    assert t.de(nom) == attendu
