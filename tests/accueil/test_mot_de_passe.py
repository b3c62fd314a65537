"""Changing a password, and replacing a lost one by a link of two hours; both leave a line in the journal."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from accueil.comptes import Adaptateur
from accueil.jetons import JetonMotDePasse
from accueil.models import Utilisateur
from pimms.socle.models import Courriel, EntreeJournal
from tests.fabrique import MOT_DE_PASSE, une_personne

NOUVEAU = "parapluie-vert-42"


@pytest.fixture
def personne(db) -> Utilisateur:
    personne = une_personne("Sonia", "Benali", email="sonia@exemple.fr")
    personne.set_password(MOT_DE_PASSE)
    personne.save()
    return personne


@pytest.fixture
def lien(personne) -> str:
    Client().post(reverse("account_reset_password"), {"email": personne.email})
    return re.search(r"/mot-de-passe/nouveau/\S+", Courriel.objects.get().corps)[0]


def remplacer(lien: str):
    client = Client()
    formulaire = client.get(lien).url
    return client.post(formulaire, {"password1": NOUVEAU, "password2": NOUVEAU})


def entree() -> EntreeJournal:
    return EntreeJournal.objects.get(acte__endswith="mot_de_passe")


def test_the_mail_says_two_hours(lien):
    courriel = Courriel.objects.get()
    assert "dans les 2 heures" in courriel.corps
    assert timedelta(hours=1.9) < courriel.expire_le - courriel.cree_le <= timedelta(hours=2)


@pytest.mark.parametrize(("heures", "sert"), [(1.9, True), (2.1, False)])
def test_the_link_lives_two_hours(lien, monkeypatch, heures, sert):
    plus_tard = datetime.now() + timedelta(hours=heures)
    monkeypatch.setattr(JetonMotDePasse, "_now", lambda _: plus_tard)
    page = Client().get(lien, follow=True)
    assertContains(page, "Nouveau mot de passe" if sert else "Ce lien ne sert plus")


def test_the_link_serves_once(lien):
    remplacer(lien)
    assertContains(Client().get(lien, follow=True), "Ce lien ne sert plus")


def test_replacing_a_lost_password_is_journaled_without_a_value(lien, personne):
    remplacer(lien)
    assert personne.__class__.objects.get(pk=personne.pk).check_password(NOUVEAU)
    ligne = entree()
    assert (ligne.acte, ligne.objet_id, ligne.avant, ligne.apres) == (
        "remplacer_mot_de_passe", personne.pk, None, None
    )  # fmt: skip


def test_changing_a_password_is_journaled(personne):
    client = Client()
    client.force_login(personne)
    champs = {"oldpassword": MOT_DE_PASSE, "password1": NOUVEAU, "password2": NOUVEAU}
    client.post(reverse("account_change_password"), champs)
    assert (entree().acte, entree().acteur_id) == ("changer_mot_de_passe", personne.pk)


def test_a_refused_password_leaves_no_line(personne):
    client = Client()
    client.force_login(personne)
    champs = {"oldpassword": "un-autre", "password1": NOUVEAU, "password2": NOUVEAU}
    client.post(reverse("account_change_password"), champs)
    assert not EntreeJournal.objects.filter(acte__endswith="mot_de_passe").exists()


def test_without_its_line_the_password_stays_as_it_was(personne, monkeypatch):
    monkeypatch.setattr("accueil.comptes.journaliser", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Adaptateur().set_password(personne, NOUVEAU)
    assert Utilisateur.objects.get(pk=personne.pk).check_password(MOT_DE_PASSE)
