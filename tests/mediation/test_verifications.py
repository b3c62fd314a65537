"""Likely mistakes: what each rule finds, and what it leaves alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mediation.compte_rendu import CompteRendu
from mediation.models import Dossier
from mediation.transferts import transferer
from mediation.verifications import REGLES, chercher
from pimms.socle.periodes import preselection
from tests.mediation.fabrique import un_dossier
from tests.mediation.fabrique_terrain import une_action_faite
from tests.mediation.test_interventions import une_action, une_etape


@pytest.fixture
def trouver(distribution):
    """Codes of the rules that find something at the cast's point."""
    periode = preselection("12_mois", distribution.point.aujourdhui())
    return lambda: {regle.code: total for regle, total, _ in chercher([distribution.point.pk], periode)}


def _vieux(cast, **champs) -> Dossier:
    dossier = un_dossier(cast.proprietaire, cast.point, **champs)
    dossier.ouvert_le = cast.point.aujourdhui() - timedelta(days=16)
    dossier.save(update_fields=["ouvert_le"])
    return dossier


def test_a_conflict_without_any_step_is_found_after_fifteen_days(distribution, trouver):
    un_dossier(distribution.proprietaire, distribution.point)
    assert trouver() == {}
    _vieux(distribution)
    assert trouver() == {"conflit_sans_etape": 1}


def test_a_case_that_came_from_elsewhere_counts_there_and_is_not_found(distribution):
    vers = distribution.ailleurs
    transferer(
        distribution.proprietaire, _vieux(distribution), vers, "Proche", depuis="demande", avec_identites=True
    )
    Dossier.objects.filter(point=vers).update(ouvert_le=vers.aujourdhui() - timedelta(days=16))
    assert chercher([vers.pk], preselection("12_mois", vers.aujourdhui())) == []


def test_a_conflict_passed_on_without_any_step_is_found_where_it_counts(distribution, trouver):
    transferer(
        distribution.proprietaire, _vieux(distribution), distribution.ailleurs, "Proche", depuis="demande",
        avec_identites=True,
    )  # fmt: skip
    assert trouver() == {"conflit_sans_etape": 1}
    une_etape(Dossier.objects.get(point=distribution.ailleurs))
    assert trouver() == {}


def test_a_conflict_with_a_step_is_left_alone(distribution, trouver):
    une_etape(_vieux(distribution))
    assert trouver() == {}


def test_a_workshop_without_participants_is_found(distribution, trouver):
    une_action(distribution)
    une_action_faite(distribution.proprietaire, distribution.point)
    assert trouver() == {"atelier_sans_participant": 1}


def test_a_concertation_without_institution_is_found(distribution, trouver):
    une_action(distribution, nature="concertation", registre=6)
    assert trouver() == {"concertation_sans_partenaire": 1}


def test_a_project_without_steps_is_found(distribution, trouver):
    une_action(distribution, nature="projet", registre=7)
    assert trouver() == {"projet_sans_etape": 1}


def test_all_the_rules_take_one_statement(distribution, trouver):
    with CaptureQueriesContext(connection) as releve:
        trouver()
    assert len(releve) == 1
    assert len(REGLES) == 5


def test_the_page_leads_to_the_entry(distribution):
    action = une_action(distribution)
    page = distribution.client("proprietaire").get(reverse("registres_a_verifier")).content.decode()
    assert reverse("action", args=[action.pk]) in page


@pytest.mark.parametrize(
    ("role", "nombre"), [("collegue", []), ("proprietaire", [1]), ("responsable", [1]), ("union", [1])]
)
def test_a_case_restricted_to_others_is_neither_named_nor_counted(distribution, role, nombre):
    dossier = _vieux(distribution)
    Dossier.objects.filter(pk=dossier.pk).update(restreint=True)
    page = distribution.client(role).get(reverse("registres_a_verifier"))
    assert [total for _, total, _ in page.context["regles"]] == nombre
    assert (dossier.reference in page.content.decode()) is bool(nombre)


def test_the_union_reads_the_whole_network(distribution):
    une_action(distribution)
    page = distribution.client("union").get(reverse("registres_a_verifier")).content.decode()
    assert distribution.point.nom in page


def test_an_empty_report_has_no_participants(distribution, trouver):
    une_action_faite(distribution.proprietaire, distribution.point, nature="tournee", rendu=CompteRendu())
    assert trouver() == {}
