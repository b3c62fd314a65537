"""A proof of a corrective action's work: added from its page, about the same subject, listed there."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from qualite import preuves as ecriture
from qualite.depots import Depot, Objet
from qualite.evaluation import evaluer
from qualite.models import ActionCorrective, Constat, Parametre, Preuve
from qualite.parametres import decider_valeur
from tests.fabrique import LONGTEMPS, un_acces, un_point, une_personne
from tests.qualite.fabrique import une_preuve
from tests.qualite.fabrique_actions import une_corrective


@pytest.fixture
def action(distribution):
    responsable = distribution.responsable
    return une_corrective(responsable, distribution.proprietaire, point=distribution.point, exigence="CAD-4")


def _depot():
    return Depot(uuid.uuid4(), "Affiche posée", LONGTEMPS, lien="https://exemple.fr/affiche")


def _adresse(action):
    return f"{reverse('preuve_nouvelle')}?action={action.pk}"


def test_it_is_added_from_the_action_and_listed_there(distribution, action):
    client = distribution.client("responsable")
    page = client.get(reverse("corrective", args=[action.pk])).content.decode()
    assert _adresse(action) in page
    envoi = {
        "cle": uuid.uuid4(),
        "exigence": "CAD-4",
        "objet": f"point-{distribution.point.code}",
        "titre": "Affiche posée",
        "debut": LONGTEMPS.isoformat(),
        "lien": "https://exemple.fr/affiche",
    }
    page = client.post(_adresse(action), envoi, follow=True).content.decode()
    assert "Affiche posée" in page
    assert Preuve.objects.get().action == action


def test_the_form_knows_the_action_s_requirement_and_subject(distribution, action):
    form = distribution.client("responsable").get(_adresse(action)).context["form"]
    assert (form.initial["exigence"], list(form.objets)) == ("CAD-4", [f"point-{distribution.point.code}"])


@pytest.mark.parametrize("suite", ["999999", "x"])
def test_an_action_that_is_not_there_is_not_found(distribution, suite):
    adresse = f"{reverse('preuve_nouvelle')}?action={suite}"
    assert distribution.client("responsable").get(adresse).status_code == 404


def test_a_stranger_adds_nothing_to_it(distribution, action):
    assert distribution.client("etranger").get(_adresse(action)).status_code == 404


def test_a_proof_of_another_subject_is_refused(distribution, action):
    objet = Objet(association=distribution.point.association)
    with pytest.raises(ValidationError, match="autre chose"):
        ecriture.deposer(distribution.direction, objet, ["CAD-4"], _depot(), action)


def test_the_database_refuses_it_as_well(distribution, action):
    with pytest.raises(IntegrityError), transaction.atomic():
        une_preuve(distribution.direction, association=distribution.point.association, action=action)


def test_each_person_s_own_document_is_not_given_for_all(distribution):
    """One job description for a whole point would never count."""
    with pytest.raises(ValidationError) as erreur:
        ecriture.deposer(distribution.responsable, Objet(point=distribution.point), ["ORG-1"], _depot())
    assert "objet" in erreur.value.message_dict


def test_an_action_about_each_person_s_document_can_be_proved(distribution):
    """The proof shows the action's work; each person's own document is still due."""
    association = distribution.point.association
    action = une_corrective(
        distribution.direction, distribution.direction, association=association, exigence="ORG-1"
    )
    form = distribution.client("direction").get(_adresse(action)).context["form"]
    envoi = {
        "cle": uuid.uuid4(),
        "exigence": form.initial["exigence"],
        "objet": form.initial["objet"],
        "titre": "Fiches relues",
        "debut": LONGTEMPS.isoformat(),
        "lien": "https://exemple.fr/fiches",
    }
    assert distribution.client("direction").post(_adresse(action), envoi).status_code == 302
    assert Preuve.objects.get().action == action
    evaluer()
    constat = Constat.objects.get(code="ORG-1", association=association)
    assert (constat.verdict, constat.valeur) == ("preuve_manquante", 0)


@pytest.fixture
def verificatrice(distribution, action):
    """Someone at another point of the association, asked to verify."""
    autre = un_point(distribution.point.association, nom="Autre")
    personne = une_personne("Nour", "Haddad")
    un_acces(personne, "mediateur", autre)
    ActionCorrective.objects.filter(pk=action.pk).update(verificateur=personne)
    return personne


def test_who_is_asked_to_verify_from_another_point_reads_the_proofs_of_the_work(
    distribution, action, verificatrice
):
    preuve = une_preuve(distribution.responsable, point=distribution.point, action=action)
    autre = une_preuve(distribution.responsable, point=distribution.point)
    client = Client()
    client.force_login(verificatrice)
    page = client.get(reverse("corrective", args=[action.pk])).content.decode()
    assert reverse("preuve", args=[preuve.pk]) in page
    assert client.get(reverse("preuve", args=[preuve.pk])).status_code == 200
    assert client.get(reverse("preuve_fichier", args=[preuve.pk, 1])).status_code == 200
    assert client.get(reverse("preuve", args=[autre.pk])).status_code == 404
    assert client.get(reverse("preuve_retirer", args=[preuve.pk])).status_code == 404


def test_the_months_that_the_union_decided_count_on_the_action_s_page(distribution):
    """A yearly document of eighteen months ago is still worth something once it counts for two years."""
    association, jour = distribution.point.association, date.today()
    action = une_corrective(
        distribution.direction, distribution.direction, association=association, exigence="CAD-3"
    )
    ancienne = jour - timedelta(days=540)
    une_preuve(distribution.direction, ["CAD-3"], association=association, action=action, debut=ancienne)
    page = distribution.client("direction").get(reverse("corrective", args=[action.pk]))
    assert not page.context["preuves"][0].etat.vaut
    periode = Parametre.objects.get(code="utilite_sociale_periode")
    decider_valeur(distribution.union, periode, 24, jour, "Tous les deux ans")
    page = distribution.client("direction").get(reverse("corrective", args=[action.pk]))
    assert page.context["preuves"][0].etat.vaut


def test_a_finding_leads_to_its_proofs_and_to_adding_one(distribution):
    url = reverse("constat", args=[distribution.point.code, "CAD-4"])
    page = distribution.client("responsable").get(url).content.decode()
    assert f"{reverse('preuves')}?exigence=CAD-4" in page
    assert f"{reverse('preuve_nouvelle')}?exigence=CAD-4&amp;objet=point-{distribution.point.code}" in page
