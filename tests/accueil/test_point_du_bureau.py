"""The desk's point: the one of the form in this tab, and no other without a word."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains

from accueil.models import PlageHoraire, Visite
from tests.accueil.test_saisie import HTMX, URL, donnees, poster
from tests.fabrique import LONGTEMPS, un_acces, un_partenaire, un_point, une_visite


@pytest.fixture
def bureau(distribution):
    return distribution.client("proprietaire")


def test_a_refused_point_is_kept_until_another_one_is_chosen(bureau, distribution):
    reponse = poster(bureau, distribution.point, point="ZZZ-ZZZ")
    assertContains(reponse, '<input type="hidden" name="point" value="ZZZ-ZZZ"', status_code=422)
    assertContains(
        reponse, f'<input type="radio" name="point" value="{distribution.point.code}"', status_code=422
    )
    assert poster(bureau, distribution.point, point="ZZZ-ZZZ").status_code == 422
    assert not Visite.objects.exists()


def test_the_chosen_point_wins_over_the_refused_one(bureau, distribution):
    assert poster(bureau, distribution.point, point=["ZZZ-ZZZ", distribution.point.code]).status_code == 200
    assert Visite.objects.get().point == distribution.point


def test_the_days_figures_are_those_of_the_tabs_point(bureau, distribution):
    second = un_point(nom="Point voisin")
    un_acces(distribution.proprietaire, "mediateur", second)
    une_visite(second, distribution.proprietaire)
    url = reverse("saisie_resume")
    comptes = [
        bureau.get(url, {"point": point.code}).context["resume"]["visites"]
        for point in (distribution.point, second)
    ]
    assert comptes == [0, 1]


def test_the_days_figures_of_a_strangers_point_are_not_told(bureau, distribution):
    une_visite(distribution.ailleurs, distribution.etranger)
    reponse = bureau.get(reverse("saisie_resume"), {"point": distribution.ailleurs.code})
    assert reponse.context["resume"]["visites"] == 0


@pytest.fixture
def jamais_ouvert(distribution):
    """The point opens one minute a week, on another day than today."""
    jour = (distribution.point.aujourdhui().weekday() + 3) % 7
    PlageHoraire.objects.create(
        point=distribution.point, jour=jour, ouvre=time(9), ferme=time(9, 1), debut=LONGTEMPS
    )


@pytest.mark.parametrize("jour", ["", "hier"])
def test_a_mild_word_says_that_the_point_is_closed(bureau, distribution, jamais_ouvert, jour):
    if jour:
        jour = (distribution.point.aujourdhui() - timedelta(days=1)).isoformat()
    reponse = bureau.get(reverse("saisie_ouverture"), {"point": distribution.point.code, "jour": jour})
    assertContains(reponse, "Hors des heures d’ouverture")
    assert poster(bureau, distribution.point, jour=jour).status_code == 200


@pytest.mark.parametrize("jour", ["x", "2026-13-45", "9999-12-31", "0001-01-01"])
def test_a_day_that_cannot_be_is_no_error_page(bureau, distribution, jour):
    assert bureau.get(reverse("saisie_ouverture"), {"jour": jour}).status_code == 200


def test_the_recording_of_a_visit_never_looks_at_the_hours(bureau, distribution, jamais_ouvert):
    with CaptureQueriesContext(connection) as releve:
        poster(bureau, distribution.point)
    assert not [q for q in releve if "plagehoraire" in q["sql"]]


def test_a_common_visit_takes_ten_statements(bureau, distribution, django_assert_num_queries):
    envoi = donnees(distribution.point, **{"d0-partenaire": un_partenaire().pk, "duree": "15"})
    with django_assert_num_queries(10):
        assert bureau.post(URL, envoi, headers=HTMX).status_code == 200


@pytest.mark.parametrize(("personnes", "dit"), [(1, False), (10, True)])
def test_the_figures_of_the_day_say_how_many_passages_once_there_was_a_tally(
    bureau, distribution, personnes, dit
):
    une_visite(distribution.point, distribution.proprietaire, personnes=personnes)
    texte = bureau.get(reverse("saisie_resume")).content.decode()
    assert ("10 passages" in texte.replace("\u202f", " ").replace("\xa0", " ")) is dit
