"""A point's dashboard before the first visit of the day, or before the very first one."""

import pytest

from qualite.evaluation import evaluer
from tests.fabrique import une_visite
from tests.mediation.fabrique import un_dossier_ancien
from tests.qualite.fabrique import une_charte
from tests.qualite.fabrique_ecoute import des_avis, un_questionnaire

pytestmark = pytest.mark.django_db
URL = "/tableau-de-bord/?point=LYO-GER"


def test_a_point_without_visits_says_so(distribution):
    page = distribution.client("responsable").get(URL).content.decode()
    assert "Aucune visite sur cette période" in page


def test_what_does_not_depend_on_visits_is_there_before_the_first_of_the_day(distribution):
    une_visite(distribution.point, distribution.proprietaire, il_y_a=3)
    un_dossier_ancien(distribution.responsable, distribution.point, jours=90)
    des_avis(un_questionnaire(distribution.point))
    une_charte()
    evaluer()
    page = distribution.client("responsable").get(f"{URL}&periode=aujourd_hui").content.decode()
    assert "Aucune visite sur cette période" in page
    for mots in (
        "Ce qui vous attend",
        "médiation à revoir",
        "Registres d’intervention",
        "Satisfaction",
    ):
        assert mots in page
    assert "dossier en cours" in page
    assert "attestations à signer" in page
    assert page.count('id="titre-dossiers"') == page.count('id="titre-echeances"') == 1


def test_what_waits_is_there_before_the_first_evaluation(distribution):
    un_dossier_ancien(distribution.responsable, distribution.point, jours=90)
    page = distribution.client("responsable").get(URL).content.decode()
    assert "Ce qui vous attend" in page
    assert "médiation à revoir" in page


def test_a_filter_that_finds_nothing_says_so_alone(distribution):
    page = distribution.client("responsable").get(f"{URL}&canal=telephone").content.decode()
    assert "Aucune visite sur cette période" in page
    assert "Ce qui vous attend" not in page
