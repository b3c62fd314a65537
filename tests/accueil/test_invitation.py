"""The one-time link: opens once, for seven days, and logs the invited person in."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accueil.invitations import JetonInvitation
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


@pytest.mark.parametrize(("age", "mot"), [(6.9, "Bienvenue, Noé"), (7.1, "Ce lien ne sert plus")])
def test_the_link_lives_seven_days(invitee, monkeypatch, age, mot):
    lien = chemin()
    plus_tard = datetime.now() + timedelta(days=age)
    monkeypatch.setattr(JetonInvitation, "_now", lambda _: plus_tard)
    assertContains(Client().get(lien, follow=True), mot)


def test_the_mail_lives_as_long_as_its_link(invitee):
    courriel = Courriel.objects.get(destinataire="noe@exemple.fr")
    assert courriel.expire_le - courriel.cree_le >= timedelta(days=7) - timedelta(seconds=5)


def test_the_person_s_page_says_that_the_invitation_could_not_leave(invitee, distribution):
    page = distribution.client("responsable").get(reverse("personne", args=[invitee.pk]))
    assertNotContains(page, "n’a pas pu partir")
    Courriel.objects.update(abandonne_le=timezone.now())
    page = distribution.client("responsable").get(reverse("personne", args=[invitee.pk]))
    assertContains(page, "n’a pas pu partir")


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
