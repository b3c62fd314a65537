"""The desk's point: the one of the form in this tab, and no other without a word."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from accueil.models import Visite
from tests.accueil.test_saisie import poster
from tests.fabrique import un_acces, un_point, une_visite


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
