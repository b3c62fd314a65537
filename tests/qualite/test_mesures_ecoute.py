"""What rules are told of satisfaction, complaints, requests and incidents: each count, the exact days."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accueil.models import PointAccueil
from qualite.chargement import charger
from qualite.evaluation import evaluer
from qualite.models import Constat, Referentiel, valeurs_au
from tests.fabrique import un_point
from tests.qualite.fabrique_ecoute import (
    des_avis,
    un_incident,
    un_questionnaire,
    une_demande_droits,
    une_reclamation,
)


@pytest.fixture
def lire(distribution):
    """Load the facts, of the whole network or of the cast's association alone."""
    seuils = valeurs_au(Referentiel.objects.get(code="xp-x60-600-2016"), date.today())

    def _lire(*, partiel=False):
        points = PointAccueil.objects.select_related("commune")
        if partiel:
            points = points.filter(association=distribution.point.association)
        return charger(list(points), distribution.point.aujourdhui(), seuils, partiel=partiel)

    return _lire


def _du_point(faits, cast):
    f = faits.points[cast.point.pk]
    return (f.satisfaction, f.satisfaits, f.satisfaction_recentes, f.questionnaires)


@pytest.mark.parametrize("partiel", [False, True])
def test_answers_of_twelve_months_and_of_the_last_weeks_are_counted(distribution, lire, partiel):
    ouvert = un_questionnaire(distribution.point)
    des_avis(ouvert, 2, visage=3)
    des_avis(ouvert, 3, visage=2, il_y_a=90)
    des_avis(ouvert, 4, visage=4, il_y_a=91)
    des_avis(ouvert, 5, il_y_a=370)
    des_avis(un_questionnaire(distribution.ailleurs, "autrejeton22"), 7)
    assert _du_point(lire(partiel=partiel), distribution) == (9, 6, 5, 1)


def test_a_point_without_a_questionnaire_has_none(distribution, lire):
    assert _du_point(lire(), distribution) == (0, 0, 0, 0)


@pytest.mark.parametrize("partiel", [False, True])
@pytest.mark.parametrize("fabriquer", [une_reclamation, une_demande_droits])
def test_what_is_late_is_counted_for_the_association(distribution, lire, fabriquer, partiel):
    autre = un_point(distribution.point.association)
    qui = distribution.responsable
    fabriquer(qui, distribution.point, il_y_a=30)  # due today: still in time
    fabriquer(qui, autre, il_y_a=31)  # late
    fabriquer(qui, distribution.point, il_y_a=100, repondue_apres=30)
    fabriquer(qui, distribution.point, il_y_a=100, repondue_apres=31)  # late
    fabriquer(qui, distribution.point, il_y_a=45, prolongee_de=20)
    fabriquer(qui, distribution.point, il_y_a=370, repondue_apres=3)  # before the period, and over
    fabriquer(qui, distribution.ailleurs, il_y_a=50)
    faits = lire(partiel=partiel).associations[distribution.point.association_id]
    nom = "reclamations" if fabriquer is une_reclamation else "demandes_droits"
    assert (getattr(faits, nom), getattr(faits, f"{nom}_en_retard")) == (5, 2)


def test_an_incident_is_due_a_follow_up_within_thirty_days(distribution, lire):
    for il_y_a in (29, 30, 31):
        un_incident(distribution.proprietaire, distribution.point, il_y_a=il_y_a)
    un_incident(
        distribution.proprietaire,
        distribution.point,
        il_y_a=60,
        suites=["ecoute"],
        suivi_le=distribution.point.aujourdhui(),
        suivi_par=distribution.responsable,
    )
    faits = lire().associations[distribution.point.association_id]
    assert (faits.incidents, faits.incidents_sans_suite) == (4, 1)


@pytest.mark.parametrize("fabriquer", [une_reclamation, une_demande_droits, un_incident])
def test_what_waits_for_more_than_a_year_still_counts(distribution, lire, fabriquer):
    fabriquer(distribution.proprietaire, distribution.point, il_y_a=500)
    faits = lire().associations[distribution.point.association_id]
    assert (
        sum((faits.reclamations_en_retard, faits.demandes_droits_en_retard, faits.incidents_sans_suite)) == 1
    )


@pytest.mark.parametrize("partiel", [False, True])
def test_a_closed_point_s_complaint_stays_its_association_s(distribution, lire, partiel):
    ferme = un_point(distribution.point.association)
    une_reclamation(distribution.proprietaire, ferme, il_y_a=60)
    PointAccueil.objects.filter(pk=ferme.pk).update(ferme_le=distribution.point.aujourdhui())
    points = PointAccueil.objects.ouverts(distribution.point.aujourdhui()).exclude(pk=ferme.pk)
    seuils = valeurs_au(Referentiel.objects.get(code="xp-x60-600-2016"), date.today())
    faits = charger(
        list(points.select_related("commune")), distribution.point.aujourdhui(), seuils, partiel=partiel
    )
    assert faits.associations[distribution.point.association_id].reclamations_en_retard == 1


def test_more_points_cost_no_more_statements(distribution, lire):
    with CaptureQueriesContext(connection) as pour_deux:
        lire()
    for n in range(5):
        point = un_point()
        des_avis(un_questionnaire(point, f"jeton{n}"), 2)
        une_reclamation(distribution.proprietaire, point)
        un_incident(distribution.proprietaire, point)
    with CaptureQueriesContext(connection) as pour_sept:
        lire()
    assert len(pour_sept) == len(pour_deux)


def test_a_late_complaint_turns_the_association_s_finding(distribution):
    evaluer()
    trouve = Constat.objects.get(code="MEO-6", association=distribution.point.association)
    assert trouve.verdict == "sans_objet"
    une_reclamation(distribution.proprietaire, distribution.point, il_y_a=40)
    evaluer()
    trouve.refresh_from_db()
    assert (trouve.verdict, trouve.lien["nom"]) == ("a_traiter", "reclamations")
