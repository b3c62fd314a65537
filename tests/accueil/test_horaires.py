"""Is it open: weekly hours, holidays of each territory, closures, a bus's days, in local time."""

from datetime import date, datetime, time, timedelta

import pytest

from accueil.horaires import Calendrier, ferie
from accueil.models import Fermeture, JourneeMobile, PlageHoraire
from tests.fabrique import LONGTEMPS, un_point

LUNDI = date(2026, 11, 23)
ARMISTICE = date(2026, 11, 11)  # a Wednesday


@pytest.fixture
def point(db):
    point = un_point()
    for jour in range(5):
        PlageHoraire.objects.create(point=point, jour=jour, ouvre=time(9), ferme=time(12), debut=LONGTEMPS)
    return point


def journee(point, jour):
    return Calendrier.charger([point], jour, jour).le(point, jour)


def maintenant(point, jour, heure):
    calendrier = Calendrier.charger([point], jour, jour + timedelta(days=14))
    return calendrier.maintenant(point, datetime.combine(jour, heure, tzinfo=point.tz))


def test_a_weekday_has_its_hours(point):
    assert [(c.ouvre, c.ferme) for c in journee(point, LUNDI).creneaux] == [(time(9), time(12))]


def test_sunday_has_none_and_says_so(point):
    assert journee(point, date(2026, 11, 22)).raison == "pas d’ouverture ce jour"


def test_a_public_holiday_closes_the_weekly_hours(point):
    assert journee(point, ARMISTICE).raison == "jour férié (Armistice)"


def test_a_closure_closes_everything(point):
    Fermeture.objects.create(point=point, debut=LUNDI, fin=LUNDI, motif="travaux")
    assert journee(point, LUNDI).raison == "fermeture exceptionnelle (travaux)"


def test_a_bus_day_stands_even_on_a_holiday(point):
    JourneeMobile.objects.create(point=point, jour=ARMISTICE, lieu="Marché", ouvre=time(9), ferme=time(12))
    assert journee(point, ARMISTICE).creneaux[0].lieu == "Marché"


def test_a_cancelled_bus_day_is_told(point):
    dimanche = date(2026, 11, 22)
    JourneeMobile.objects.create(
        point=point, jour=dimanche, lieu="Marché", ouvre=time(9), ferme=time(12), annulee=True
    )
    assert journee(point, dimanche).raison == "tournée annulée"


def test_a_point_not_yet_in_service_is_not_open(db):
    point = un_point(ouvert_le=LUNDI + timedelta(days=1))
    assert not journee(point, LUNDI).ouverte


@pytest.mark.parametrize(
    ("departement", "jour", "nom"),
    [
        ("67", date(2026, 4, 3), "Vendredi saint"),
        ("57", date(2026, 12, 26), "Saint Étienne"),
        ("974", date(2026, 12, 20), "Abolition de l'esclavage"),
        ("976", date(2026, 4, 27), "Abolition de l'esclavage"),
    ],
)
def test_territories_have_their_own_holidays(departement, jour, nom):
    assert ferie(departement, jour)[:5] == nom[:5]


def test_good_friday_is_a_working_day_in_lyon():
    assert ferie("69", date(2026, 4, 3)) == ""


def test_open_now_says_until_when(point):
    etat = maintenant(point, LUNDI, time(10))
    assert etat.ouvert
    assert etat.phrase == "Ouvert jusqu’à 12\u202fh"


def test_before_opening_says_at_what_time(point):
    assert maintenant(point, LUNDI, time(8)).phrase == "Fermé, ouvre à 9\u202fh"


def test_after_closing_says_the_next_day(point):
    assert maintenant(point, LUNDI, time(15)).phrase == "Fermé, ouvre mardi 24 novembre à 9\u202fh"


def test_on_a_holiday_the_reason_is_said(point):
    phrase = maintenant(point, ARMISTICE, time(10)).phrase
    assert phrase == "Fermé\u202f: jour férié (Armistice), ouvre jeudi 12 novembre à 9\u202fh"


def test_many_points_take_three_statements(db, django_assert_num_queries):
    points = [un_point() for _ in range(5)]
    with django_assert_num_queries(3):
        Calendrier.charger(points, LUNDI, LUNDI)


@pytest.mark.parametrize(
    ("jour", "instant", "mot"),
    [
        (LUNDI, time(10), ""),
        (LUNDI, None, ""),
        (LUNDI, time(8), "Hors des heures d’ouverture"),
        (date(2026, 11, 22), None, "Hors des heures d’ouverture"),
        (ARMISTICE, None, "Hors des heures d’ouverture\u202f: jour férié (Armistice)"),
    ],
)
def test_an_entry_outside_the_opening_hours_is_told(point, jour, instant, mot):
    assert Calendrier.charger([point], jour, jour).hors_ouverture(point, jour, instant) == mot


def test_nothing_is_said_of_a_point_whose_hours_are_unknown(db):
    assert Calendrier.charger([un_point()], LUNDI, LUNDI).hors_ouverture(un_point(), LUNDI, time(3)) == ""


def test_a_bus_that_does_not_come_that_day_is_closed(db):
    bus = un_point(nature="mobile")
    assert Calendrier.charger([bus], LUNDI, LUNDI).hors_ouverture(bus, LUNDI)
