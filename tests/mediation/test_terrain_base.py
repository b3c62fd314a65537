"""What the database itself refuses of actions and alerts, and two sendings at once."""

import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from mediation.actions import Plan, prevoir
from mediation.models import Action, Alerte
from mediation.veille import Signalement, signaler
from tests.fabrique import un_point
from tests.mediation.fabrique_terrain import une_action, une_alerte, une_transmission


def _refuse(requete, *valeurs):
    def ecrire():
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(requete, valeurs)
            connection.check_constraints()

    with pytest.raises(IntegrityError):
        ecrire()


@pytest.mark.parametrize(
    "changement",
    [
        "registre = 9",
        "nature = 'autre'",
        "etat = 'annulee'",
        "etat = 'faite'",
        "motif_annulation = 'Pluie'",
        "jour_fin = jour - 1",
        "debut = '10:00', fin = '09:00'",
        "passages = -1",
        "nature = 'etape_projet'",
    ],
)
def test_the_database_refuses_an_impossible_action(distribution, changement):
    action = une_action(distribution.proprietaire, distribution.point)
    _refuse(f"UPDATE mediation_action SET {changement} WHERE id = %s", action.pk)  # noqa: S608


def test_a_step_never_belongs_to_a_project_of_another_point(distribution):
    moi, point = distribution.proprietaire, distribution.point
    projet = une_action(moi, un_point(point.association), nature="projet")
    _refuse("UPDATE mediation_action SET projet_id = %s WHERE id = %s", projet.pk, une_action(moi, point).pk)


def test_a_transmission_never_leaves_the_point_of_its_alert(distribution):
    moi, point = distribution.proprietaire, distribution.point
    envoi = une_transmission(une_alerte(moi, point), moi)
    ailleurs = une_alerte(moi, un_point(point.association))
    _refuse("UPDATE mediation_transmission SET alerte_id = %s WHERE id = %s", ailleurs.pk, envoi.pk)


@pytest.mark.parametrize(
    "changement",
    [
        "reponse = 'resolue'",
        "reponse_le = transmise_le",
        "relance_le = transmise_le",
        "relancee_le = transmise_le - 1",
        "reponse = 'autre', reponse_le = transmise_le",
    ],
)
def test_the_database_refuses_an_impossible_answer(distribution, changement):
    envoi = une_transmission(
        une_alerte(distribution.proprietaire, distribution.point), distribution.proprietaire
    )
    _refuse(f"UPDATE mediation_transmission SET {changement} WHERE id = %s", envoi.pk)  # noqa: S608


@pytest.mark.parametrize("table", ["action", "alerte", "transmission"])
def test_nothing_is_deleted(distribution, table):
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as curseur,
    ):
        curseur.execute(f"DELETE FROM mediation_{table}")  # noqa: S608


def _a_quatre(envoyer):
    """Call it from four threads at once; returns what each got, and what went wrong."""
    depart, recus, erreurs = threading.Barrier(4), [], []

    def un():
        try:
            depart.wait(10)
            recus.append(envoyer())
        except Exception as erreur:
            erreurs.append(erreur)
        finally:
            connection.close()

    fils = [threading.Thread(target=un) for _ in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(30)
    return recus, erreurs


@pytest.mark.django_db(transaction=True)
def test_the_same_action_sent_four_times_at_once_is_one(distribution):
    moi, point, cle = distribution.proprietaire, distribution.point, uuid.uuid4()
    plan = Plan(nature="tournee", jour=point.aujourdhui(), equipe=[moi])
    recus, erreurs = _a_quatre(lambda: prevoir(moi, point, cle, plan))
    assert erreurs == []
    assert sorted(neuve for _, neuve in recus) == [False, False, False, True]
    assert Action.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_alert_sent_four_times_at_once_is_one(distribution):
    moi, point, cle = distribution.proprietaire, distribution.point, uuid.uuid4()
    alerte = Signalement(point.aujourdhui(), "panne", 2, "Lampadaire cassé", "Place")
    recus, erreurs = _a_quatre(lambda: signaler(moi, point, cle, alerte))
    assert erreurs == []
    assert sorted(neuve for _, neuve in recus) == [False, False, False, True]
    assert Alerte.objects.count() == 1
