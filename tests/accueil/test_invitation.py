"""The one-time link: opens once, for seven days, and logs the invited person in."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from accueil.models import Utilisateur
from pimms.socle.models import Courriel, EntreeJournal

MOT_DE_PASSE = {"new_password1": "parapluie-vert-42", "new_password2": "parapluie-vert-42"}


@pytest.fixture
def invitee(distribution):
    saisie = {"prenom": "Noé", "nom": "Vidal", "email": "noe@exemple.fr", "role": "mediateur"}
    saisie["debut"] = distribution.point.aujourdhui().isoformat()
    distribution.client("responsable").post(reverse("equipe_inviter", args=["LYO-GER"]), saisie)
    return Utilisateur.objects.get(email="noe@exemple.fr")


def chemin():
    """The path of the link in the latest mail."""
    corps = Courriel.objects.filter(destinataire="noe@exemple.fr").first().corps
    return re.search(r"/accueil/invitation/\S+", corps)[0]


def choisir(client, **champs):
    formulaire = client.get(chemin()).url
    return client.post(formulaire, MOT_DE_PASSE | champs)


def test_the_link_opens_a_page_that_greets(invitee):
    assertContains(Client().get(chemin(), follow=True), "Bienvenue, Noé")


def test_the_token_leaves_the_address_before_the_form(invitee):
    assert Client().get(chemin()).url.endswith("/choisir/")


def test_choosing_a_password_logs_the_person_in(invitee):
    client = Client()
    assert choisir(client).url == "/"
    assert client.get(reverse("mon_point")).status_code == 302


def test_the_link_works_once(invitee):
    choisir(Client())
    assertContains(Client().get(chemin(), follow=True), "Ce lien ne sert plus")


def test_the_link_dies_after_seven_days(invitee, settings):
    settings.PASSWORD_RESET_TIMEOUT = -1  # as if its seven days had gone by
    assertContains(Client().get(chemin(), follow=True), "Ce lien ne sert plus")


def test_seven_days_are_the_life_of_a_link(settings):
    assert settings.PASSWORD_RESET_TIMEOUT == 7 * 24 * 3600


def test_a_link_sent_again_kills_the_former_one(invitee, distribution):
    ancien = chemin()
    distribution.client("responsable").post(reverse("invitation_renvoyer", args=[invitee.pk]))
    assertContains(Client().get(ancien, follow=True), "Ce lien ne sert plus")
    assertContains(Client().get(chemin(), follow=True), "Bienvenue, Noé")


def test_no_link_is_sent_again_once_it_was_used(invitee, distribution):
    choisir(Client())
    distribution.client("responsable").post(reverse("invitation_renvoyer", args=[invitee.pk]))
    assert Courriel.objects.filter(destinataire="noe@exemple.fr").count() == 1


def test_a_stranger_gets_404_on_sending_it_again(invitee, distribution):
    url = reverse("invitation_renvoyer", args=[invitee.pk])
    assert distribution.client("etranger").post(url).status_code == 404


def test_a_closed_account_s_link_is_dead(invitee):
    Utilisateur.objects.filter(pk=invitee.pk).update(is_active=False)
    assertContains(Client().get(chemin(), follow=True), "Ce lien ne sert plus")


def test_a_forged_link_opens_nothing(db):
    assertContains(Client().get("/accueil/invitation/MQ/abc-def/", follow=True), "Ce lien ne sert plus")


def test_two_different_passwords_are_told(invitee):
    reponse = choisir(Client(), new_password2="autre-chose-99")
    assertContains(reponse, "Les deux mots de passe ne sont pas les mêmes.")


def test_accepting_is_journaled(invitee):
    choisir(Client())
    assert EntreeJournal.objects.filter(acte="accepter_invitation", objet_id=invitee.pk).count() == 1
