"""What someone logged in reads is not kept by the browser; the rest may be."""

import pytest
from django.test import Client


@pytest.mark.parametrize("chemin", ["/accueil/saisie/", "/accueil/journal/", "/aide/", "/accueil/inconnue/"])
def test_a_page_of_someone_logged_in_is_not_kept(distribution, chemin):
    assert "no-store" in distribution.client("proprietaire").get(chemin)["Cache-Control"]


def test_a_piece_of_page_is_not_kept_either(distribution):
    reponse = distribution.client("proprietaire").get(
        "/accueil/saisie/resume/", headers={"HX-Request": "true"}
    )
    assert (reponse.status_code, reponse["Cache-Control"]) == (200, "no-store, private")


@pytest.mark.parametrize("chemin", ["/mot-de-passe/oublie/envoye/", "/connexion/inactif/"])
def test_a_page_of_nobody_may_be_kept(db, chemin):
    assert "no-store" not in Client().get(chemin).get("Cache-Control", "")


def test_asking_who_is_there_costs_nothing_where_the_page_did_not(distribution, django_assert_num_queries):
    client = distribution.client("proprietaire")
    with django_assert_num_queries(9):  # the health page's own
        client.get("/sante/")
