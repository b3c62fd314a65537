"""A closed evaluation: sealed once, unchanged by whatever changes under it."""

import uuid

import psycopg2
import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from qualite.arrets import arreter, intacte
from qualite.evaluation import evaluer
from qualite.models import Constat, Evaluation
from tests.fabrique import une_visite

TOUT = [{"registre": n} for n in range(1, 6)] * 2


@pytest.fixture
def arretee(distribution):
    evaluer()
    return arreter(distribution.union, "Avant l’audit", uuid.uuid4())


def test_what_changes_afterwards_leaves_it_unchanged(distribution, arretee):
    avant = arretee.empreinte
    for _ in range(2):
        une_visite(distribution.point, distribution.proprietaire, demandes=TOUT)
    evaluer()
    assert Constat.objects.get(code="CAD-2", point=distribution.point).verdict == "atteint"
    relue = Evaluation.objects.get()
    assert (relue.empreinte, intacte(relue)) == (avant, True)
    point = [c for c in relue.constats if c["point_id"] == distribution.point.pk and c["code"] == "CAD-2"]
    assert point[0]["verdict"] == "a_traiter"
    assert relue.instantane["seuils"]["registres_seuil"] == 5


@pytest.mark.parametrize(
    "ordre",
    ["UPDATE qualite_evaluation SET titre = 'x'", "DELETE FROM qualite_evaluation"],
)
def test_the_application_s_role_cannot_touch_it(arretee, ordre):
    with pytest.raises(ProgrammingError) as erreur, transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre)
    assert isinstance(erreur.value.__cause__, psycopg2.errors.InsufficientPrivilege)


def test_nor_does_the_model(arretee):
    arretee.titre = "Autre"
    with pytest.raises(ProgrammingError), transaction.atomic():
        arretee.save()
    with pytest.raises(ProgrammingError), transaction.atomic():
        arretee.delete()


def test_the_same_form_sent_twice_closes_one(distribution, arretee):
    assert arreter(distribution.union, "Avant l’audit", arretee.cle) == arretee


def test_only_the_union_closes_one(distribution):
    evaluer()
    with pytest.raises(ValidationError):
        arreter(distribution.direction, "Essai", uuid.uuid4())


def test_nothing_is_closed_before_the_first_run(distribution):
    reponse = distribution.client("union").post(
        reverse("evaluation_arreter"), {"titre": "Essai", "cle": uuid.uuid4()}
    )
    assert reponse.status_code == 422
    assert "Rien n’est encore calculé" in reponse.content.decode()


def test_its_page_reads_the_picture_alone(distribution, arretee):
    page = distribution.client("union").get(reverse("evaluation", args=[arretee.pk])).content.decode()
    assert "intacte" in page
    assert "Lyon – Gerland" in page
