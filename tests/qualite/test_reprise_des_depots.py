"""Rows of before: the employer is written down where only one association can be."""

from importlib import import_module

import psycopg2

from qualite.models import Attestation, Preuve
from tests import base_de_donnees
from tests.fabrique import un_acces
from tests.qualite.fabrique import une_attestation, une_charte, une_preuve

REPRISE = import_module("qualite.migrations.0009_depots_et_decisions").REPRISE


def _reprendre() -> None:
    """As the migration does it: in one transaction, as the owner."""
    with psycopg2.connect(base_de_donnees.url_proprietaire()) as lien, lien.cursor() as curseur:
        curseur.execute(REPRISE)
    lien.close()


def _oublier(proprietaire_de_la_base) -> None:
    with proprietaire_de_la_base.cursor() as curseur:
        curseur.execute("ALTER TABLE qualite_attestation DISABLE TRIGGER USER")
        curseur.execute("UPDATE qualite_attestation SET employeurs = '{}'")
        curseur.execute("ALTER TABLE qualite_attestation ENABLE TRIGGER USER")


def test_one_employer_is_found_and_two_are_left_open(distribution, proprietaire_de_la_base):
    un_acces(distribution.collegue, "mediateur", distribution.ailleurs)
    seul = une_preuve(distribution.responsable, ["ORG-2"], personne=distribution.proprietaire)
    double = une_preuve(distribution.responsable, ["ORG-2"], personne=distribution.collegue)
    du_point = une_preuve(distribution.responsable, point=distribution.point)
    _reprendre()
    employeurs = dict(Preuve.objects.values_list("pk", "employeur"))
    assert employeurs == {seul.pk: distribution.point.association_id, double.pk: None, du_point.pk: None}


def test_an_attestation_finds_the_associations_of_its_day(distribution, proprietaire_de_la_base):
    attestation = une_attestation(distribution.proprietaire, une_charte())
    _oublier(proprietaire_de_la_base)
    _reprendre()
    assert Attestation.objects.get(pk=attestation.pk).employeurs == [distribution.point.association_id]
