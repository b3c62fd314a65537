"""Whose entries a filter may show: points and people."""

import pytest
from django.http import Http404

from tests.fabrique import un_acces, un_point
from tests.filtres import erreurs_de, filtre_de, lire

pytestmark = pytest.mark.django_db


def test_someone_else_s_point_does_not_exist(distribution):
    with pytest.raises(Http404):
        filtre_de(distribution.proprietaire, f"point={distribution.ailleurs.code}")


def test_an_unknown_point_answers_as_a_foreign_one(distribution):
    with pytest.raises(Http404):
        filtre_de(distribution.proprietaire, "point=XXX-000")


def test_the_union_looks_at_the_whole_network_by_default(distribution):
    assert filtre_de(distribution.union).points is None


def test_the_direction_looks_at_the_points_of_its_association(distribution):
    autre = un_point(distribution.point.association)
    assert filtre_de(distribution.direction).points == {distribution.point.pk, autre.pk}


def test_who_has_one_point_is_not_asked_which(distribution):
    filtre, formulaire = lire(distribution.proprietaire)
    assert filtre.point == distribution.point
    assert "point" not in formulaire.fields


def test_anyone_may_look_at_their_own_entries(distribution):
    assert filtre_de(distribution.proprietaire, "auteur=moi").auteur == distribution.proprietaire


def test_a_mediateur_may_not_look_at_a_colleague_alone(distribution):
    url = f"auteur={distribution.collegue.pk}"
    assert erreurs_de(distribution.proprietaire, url) == {"auteur"}
    assert filtre_de(distribution.proprietaire, url).auteur is None


def test_a_manager_may_look_at_someone_of_the_team(distribution):
    filtre = filtre_de(distribution.responsable, f"auteur={distribution.collegue.pk}")
    assert filtre.auteur == distribution.collegue


def test_a_manager_looks_at_a_person_only_where_they_manage(distribution):
    distribution.ailleurs.association = distribution.point.association
    distribution.ailleurs.save()
    un_acces(distribution.responsable, "mediateur", distribution.ailleurs)
    un_acces(distribution.collegue, "mediateur", distribution.ailleurs)
    filtre = filtre_de(distribution.responsable, f"auteur={distribution.collegue.pk}")
    assert filtre.points == {distribution.point.pk}


def test_a_manager_may_not_look_at_someone_of_another_point(distribution):
    assert erreurs_de(distribution.responsable, f"auteur={distribution.etranger.pk}") == {"auteur"}


@pytest.mark.parametrize("role", ["direction", "union"])
def test_neither_direction_nor_union_filter_by_person(distribution, role):
    filtre, formulaire = lire(getattr(distribution, role), f"auteur={distribution.proprietaire.pk}")
    assert filtre.auteur is None
    assert "auteur" not in formulaire.fields
