"""A proof of a corrective action's work: added from its page, about the same subject, listed there."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from qualite import preuves as ecriture
from qualite.depots import Depot, Objet
from qualite.models import Preuve
from tests.fabrique import LONGTEMPS
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


def test_a_finding_leads_to_its_proofs_and_to_adding_one(distribution):
    url = reverse("constat", args=[distribution.point.code, "CAD-4"])
    page = distribution.client("responsable").get(url).content.decode()
    assert f"{reverse('preuves')}?exigence=CAD-4" in page
    assert f"{reverse('preuve_nouvelle')}?exigence=CAD-4&amp;objet=point-{distribution.point.code}" in page
