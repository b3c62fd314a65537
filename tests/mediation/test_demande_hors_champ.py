"""What is out of scope is never a case: a request on which a case stands does not leave the scope."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from pytest_django.asserts import assertContains, assertNotContains

from mediation.cycle_de_vie import changer_etat
from mediation.models import Dossier
from tests.accueil.test_correction import envoyer
from tests.fabrique import un_theme, une_visite
from tests.mediation.fabrique import hors_du_champ, un_consentement, un_dossier, une_partie
from tests.mediation.sql import sql


@pytest.fixture
def demande(distribution):
    return une_visite(distribution.point, distribution.proprietaire).demandes.get()


@pytest.fixture
def dossier(distribution, demande):
    return un_dossier(distribution.proprietaire, distribution.point, demande=demande)


def _sortir(client, demande):
    """Correct the request to out of scope, through the page."""
    saisie = {"id": demande.pk, "theme": un_theme().pk, "issue": "hors_champ", "vers": "Notaire"}
    return envoyer(client, demande.visite, saisie)


def _issue(demande) -> str:
    demande.refresh_from_db(fields=["issue"])
    return demande.issue


def test_a_request_that_became_a_case_stays_within_scope(distribution, demande, dossier):
    page = _sortir(distribution.client("proprietaire"), demande)
    assertContains(page, f"Le dossier {dossier.reference} est né de cette demande", status_code=422)
    assertContains(page, "Notaire", status_code=422)  # nothing typed is lost
    assert _issue(demande) == "resolu"


def test_a_case_reserved_to_others_is_not_named(distribution, demande):
    dossier = un_dossier(distribution.collegue, distribution.point, demande=demande)
    Dossier.objects.filter(pk=dossier.pk).update(restreint=True)
    page = _sortir(distribution.client("proprietaire"), demande)
    assertContains(page, "Cette demande a eu une suite", status_code=422)
    assertNotContains(page, dossier.reference, status_code=422)


def test_without_a_case_it_leaves_the_scope(distribution, demande):
    assert _sortir(distribution.client("proprietaire"), demande).status_code == 302
    assert _issue(demande) == "hors_champ"


def test_it_leaves_the_scope_with_its_case(distribution, demande, dossier):
    hors_du_champ(distribution.proprietaire, dossier)
    assert _sortir(distribution.client("proprietaire"), demande).status_code == 302
    assert _issue(demande) == "hors_champ"


def test_the_case_then_goes_on_only_once_the_request_is_back(distribution, demande, dossier):
    moi = distribution.proprietaire
    un_consentement(une_partie(dossier), moi)
    changer_etat(moi, hors_du_champ(moi, dossier), "clos", depuis="hors_champ")
    _sortir(distribution.client("proprietaire"), demande)
    with pytest.raises(ValidationError, match="corrigez d’abord la visite"):
        changer_etat(moi, dossier, "en_cours", depuis="clos", motif="Finalement dans le champ")


def test_the_database_refuses_it_from_either_side(demande, dossier):
    with pytest.raises(DatabaseError, match="hors champ"):
        sql("UPDATE accueil_demande SET issue = 'hors_champ' WHERE id = %s", demande.pk)


def test_the_database_refuses_a_case_on_what_is_out_of_scope(distribution):
    dehors = une_visite(distribution.point, distribution.proprietaire, demandes=[{"issue": "hors_champ"}])
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    with pytest.raises(DatabaseError, match="hors champ"):
        sql(
            "UPDATE mediation_dossier SET demande_id = %s WHERE id = %s", dehors.demandes.get().pk, dossier.pk
        )
