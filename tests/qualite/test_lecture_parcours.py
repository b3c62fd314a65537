"""Paths loaded for all points: what each count reads, whose it is, and in how many statements."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accueil.models import Absence, PointAccueil
from qualite.chargement import charger
from qualite.lecture_parcours import lire_equipe, lire_equipes, lire_personne
from qualite.models import PointSeance, PresenceSeance, Referentiel, valeurs_au
from qualite.preuves import noter as noter_preuve
from tests.fabrique import un_acces, un_point, une_personne
from tests.qualite.fabrique import une_attestation, une_charte, une_preuve
from tests.qualite.fabrique_parcours import un_tutorat, une_formation, une_qualification, une_seance


@pytest.fixture
def seuils(db):
    return valeurs_au(Referentiel.objects.get(code="xp-x60-600-2016"), date.today())


@pytest.fixture
def equipe(distribution, seuils):
    """The figures of the cast's point: two médiateurs in post, for ever."""

    def lire():
        points = list(PointAccueil.objects.select_related("commune"))
        faits = charger(points, distribution.point.aujourdhui(), seuils)
        return faits.points[distribution.point.pk].personnel

    return lire


def test_managers_are_not_counted_among_mediateurs(equipe):
    assert equipe().en_poste == 2


def test_who_is_away_for_long_is_left_out(distribution, equipe):
    aujourdhui = distribution.point.aujourdhui()
    Absence.objects.create(personne=distribution.collegue, debut=aujourdhui - timedelta(days=40))
    assert equipe().en_poste == 1


def test_qualifications_and_hours_are_counted_by_person(distribution, equipe):
    cast = distribution
    une_qualification(cast.proprietaire, cast.point, cast.responsable)
    une_qualification(cast.proprietaire, cast.point, cast.responsable, nature="diplome")
    une_formation(cast.proprietaire, cast.point, cast.responsable, heures=Decimal(21))
    une_formation(cast.collegue, cast.point, cast.responsable, heures=Decimal("20.5"))
    faits = equipe()
    assert (faits.qualifies, faits.qualifications_en_retard, faits.formes) == (1, 1, 1)


def test_a_declared_training_counts_once_confirmed(distribution, equipe):
    cast = distribution
    une_formation(cast.proprietaire, cast.point, cast.proprietaire, heures=Decimal(21))
    assert equipe().formes == 0


def test_what_another_employer_noted_does_not_count_here(distribution, equipe):
    cast = distribution
    un_acces(cast.proprietaire, "mediateur", cast.ailleurs)
    une_qualification(cast.proprietaire, cast.ailleurs, cast.etranger)
    une_formation(cast.proprietaire, cast.ailleurs, cast.etranger, heures=Decimal(40))
    faits = equipe()
    assert (faits.qualifies, faits.formes) == (0, 0)


def test_arrivals_and_their_tutoring(distribution, equipe):
    cast, aujourdhui = distribution, distribution.point.aujourdhui()
    arrivee = aujourdhui - timedelta(days=60)
    nouveau, autre = une_personne(), une_personne()
    for personne in (nouveau, autre):
        un_acces(personne, "mediateur", cast.point, debut=arrivee)
    un_tutorat(nouveau, cast.point, cast.collegue, debut=arrivee)
    faits = equipe()
    assert (faits.arrives, faits.tutores, faits.tutorats_en_retard) == (2, 1, 1)


def test_sessions_of_twelve_months_where_someone_was_there(distribution, equipe):
    cast = distribution
    une_seance(cast.responsable, cast.point, [cast.proprietaire, cast.collegue])
    une_seance(cast.responsable, cast.point, [cast.collegue], il_y_a=364)
    une_seance(cast.responsable, cast.point, [cast.collegue], il_y_a=367)
    une_seance(cast.responsable, cast.point, [])
    une_seance(cast.responsable, cast.point, [cast.collegue], nature="reunion")
    faits = equipe()
    assert (faits.analyses, faits.reunions) == (2, 1)


def test_an_analysis_with_the_manager_alone_makes_none(distribution, equipe):
    cast = distribution
    une_seance(cast.responsable, cast.point, [cast.responsable])
    une_seance(cast.responsable, cast.point, [cast.responsable], nature="reunion")
    faits = equipe()
    assert (faits.analyses, faits.reunions) == (0, 1)


def test_a_session_of_another_point_counts_once_its_present_are_noted(distribution, equipe):
    cast = distribution
    seance = une_seance(cast.etranger, cast.ailleurs, [cast.etranger], autres=(cast.point,))
    assert equipe().analyses == 0
    lieu = PointSeance.objects.get(seance=seance, point=cast.point)
    PresenceSeance.objects.create(lieu=lieu, personne=cast.proprietaire)
    assert equipe().analyses == 1


def test_a_job_description_in_force_is_counted_for_the_association(distribution, seuils):
    cast = distribution

    def fiches():
        points = list(PointAccueil.objects.select_related("commune"))
        faits = charger(points, cast.point.aujourdhui(), seuils)
        personnel = faits.associations[cast.point.association_id].personnel
        return personnel.fiches, personnel.en_poste

    preuve = une_preuve(cast.responsable, ["ORG-1"], personne=cast.proprietaire)
    une_preuve(cast.responsable, ["CAD-4"], personne=cast.collegue)
    assert fiches() == (1, 2)
    noter_preuve(cast.union, preuve.versions.get(), "refus", "Illisible")
    assert fiches() == (0, 2)


def test_a_job_description_speaks_for_the_employer_who_added_it(distribution, seuils):
    cast = distribution
    une_preuve(cast.etranger, ["ORG-1"], personne=cast.proprietaire, employeur=cast.ailleurs.association)
    un_acces(cast.proprietaire, "mediateur", cast.ailleurs)
    releve = lire_equipes([cast.point, cast.ailleurs], cast.point.aujourdhui(), seuils)
    assert releve.de_l_association(cast.point.association_id).fiches == 0
    assert releve.de_l_association(cast.ailleurs.association_id).fiches == 1


def test_someone_of_two_points_of_the_association_is_one_person_there(distribution, seuils):
    cast = distribution
    second = un_point(cast.point.association)
    un_acces(cast.proprietaire, "mediateur", second)
    releve = lire_equipes([cast.point, second], cast.point.aujourdhui(), seuils)
    assert releve.de_l_association(cast.point.association_id).en_poste == 2
    assert (releve.du_point(cast.point).en_poste, releve.du_point(second).en_poste) == (2, 1)


def test_a_team_read_by_itself_is_that_of_its_associations(distribution, seuils):
    cast, jour = distribution, distribution.point.aujourdhui()
    un_acces(cast.proprietaire, "mediateur", cast.ailleurs)
    une_formation(cast.collegue, cast.point, cast.responsable, heures=Decimal(21))
    une_attestation(cast.collegue, une_charte(), jour)
    Absence.objects.create(personne=cast.etranger, debut=jour - timedelta(days=40))
    for point in (cast.point, cast.ailleurs):
        assert lire_equipe(point, jour, seuils) == lire_equipes([point], jour, seuils).de_l_equipe(point)


def test_the_path_of_one_person_tells_the_charter_too(distribution, seuils):
    cast, jour = distribution, distribution.point.aujourdhui()
    une_attestation(cast.proprietaire, une_charte(), jour)
    une_seance(cast.responsable, cast.point, [cast.proprietaire])
    releve = lire_personne(cast.proprietaire.pk, jour, seuils)
    parcours = releve.parcours[cast.point.association_id, cast.proprietaire.pk]
    assert parcours.attestation.etat == "a_jour"
    assert releve.seances == {(cast.point.pk, "analyse"): 1}


def test_all_teams_are_read_in_one_statement(distribution, seuils):
    points = [distribution.point, *(un_point() for _ in range(10))]
    for point in points:
        un_acces(une_personne(), "mediateur", point)
    with CaptureQueriesContext(connection) as releve:
        lire_equipes(points, distribution.point.aujourdhui(), seuils)
    assert len(releve) == 1
