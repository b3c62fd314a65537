"""A session that ended, or whose token went, is asked for in place; what was typed goes on."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accueil.models import Visite
from tests.accueil.test_saisie import HTMX, URL, donnees
from tests.fabrique import MOT_DE_PASSE


@pytest.fixture
def avec_mot_de_passe(distribution):
    """The owner, who can log in through the form."""
    distribution.proprietaire.set_password(MOT_DE_PASSE)
    distribution.proprietaire.save()
    return distribution.proprietaire


def repondre(client, personne, mot_de_passe=MOT_DE_PASSE, **champs):
    envoi = {"login": personne.email, "password": mot_de_passe} | champs
    return client.post(reverse("reprise"), envoi, headers=HTMX)


def test_the_dialog_asks_in_place(distribution):
    reponse = Client().post(URL, donnees(distribution.point), headers=HTMX)
    assert (reponse.status_code, reponse["HX-Retarget"]) == (401, "#dialogue-session")
    assertContains(reponse, "novalidate", status_code=401)


def test_the_answer_says_whose_session_it_is_now(avec_mot_de_passe):
    reponse = repondre(Client(), avec_mot_de_passe)
    assert json.loads(reponse["HX-Trigger"]) == {"reconnecte": {"personne": avec_mot_de_passe.pk}}


@pytest.mark.parametrize(
    ("vide", "message"),
    [("login", "Écrivez votre adresse électronique."), ("password", "Écrivez votre mot de passe.")],
)
def test_an_empty_field_is_answered_beside_it(avec_mot_de_passe, vide, message):
    reponse = repondre(Client(), avec_mot_de_passe, **{vide: ""})
    assertContains(reponse, message, status_code=401)


def test_a_wrong_password_keeps_the_address(avec_mot_de_passe):
    reponse = repondre(Client(), avec_mot_de_passe, "faux")
    assertContains(reponse, avec_mot_de_passe.email, status_code=401)
    assertNotContains(reponse, "faux", status_code=401)


@pytest.fixture
def sans_jeton(distribution):
    """The owner's browser, whose token is gone."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(distribution.proprietaire)
    return client


def test_a_lost_token_opens_the_same_dialog(sans_jeton, distribution):
    reponse = sans_jeton.post(URL, donnees(distribution.point), headers=HTMX)
    assert (reponse.status_code, reponse["HX-Retarget"]) == (401, "#dialogue-session")
    assert not Visite.objects.exists()


def test_a_lost_token_is_replaced_so_that_the_form_goes_through(sans_jeton, avec_mot_de_passe, distribution):
    envoi = donnees(distribution.point)
    sans_jeton.post(URL, envoi, headers=HTMX)
    for url, champs in (
        (reverse("reprise"), {"login": avec_mot_de_passe.email, "password": MOT_DE_PASSE}),
        (URL, envoi),
    ):
        jeton = sans_jeton.cookies["csrftoken"].value
        reponse = sans_jeton.post(url, champs, headers=HTMX | {"X-CSRFToken": jeton})
    assert reponse.status_code == 200
    assert Visite.objects.count() == 1


def test_a_lost_token_in_the_dialog_itself_asks_again(sans_jeton, avec_mot_de_passe):
    assert repondre(sans_jeton, avec_mot_de_passe).status_code == 401


def test_without_javascript_a_lost_token_has_its_page(sans_jeton, distribution):
    reponse = sans_jeton.post(URL, donnees(distribution.point))
    assertContains(reponse, "Rien n’a été enregistré", status_code=403)
