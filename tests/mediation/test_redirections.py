"""Redirections: whose contact is sealed, who sees which, and what a reopened case becomes."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from mediation.cycle_de_vie import changer_etat
from mediation.models import Dossier, Redirection
from mediation.redirections import Reorientation, reorienter
from tests.mediation.fabrique import hors_du_champ, un_consentement, un_dossier, une_partie

LISTE = "/mediation/redirections/"
CONTACT = "Maison de la famille"


@pytest.fixture
def dossier(distribution):
    return un_dossier(distribution.proprietaire, distribution.point)


def _restreindre(dossier):
    Dossier.objects.filter(pk=dossier.pk).update(restreint=True)


def test_the_contact_of_a_case_is_sealed_and_read_on_its_page_and_in_the_list(distribution, dossier):
    hors_du_champ(distribution.proprietaire, dossier)
    assert Redirection.objects.get().vers == ""
    client = distribution.client("collegue")
    assertContains(client.get(reverse("dossier", args=[dossier.reference])), CONTACT)
    assertContains(client.get(LISTE), CONTACT)


def test_who_has_no_role_there_reads_no_contact(distribution, dossier):
    hors_du_champ(distribution.proprietaire, dossier)
    for role in ("union", "direction"):
        for url in (LISTE, reverse("dossier", args=[dossier.reference])):
            page = distribution.client(role).get(url)
            assertContains(page, "un interlocuteur nommé")
            assertNotContains(page, CONTACT)


def test_the_database_refuses_a_contact_in_clear_beside_a_case(distribution, dossier):
    hors_du_champ(distribution.proprietaire, dossier)
    with pytest.raises(IntegrityError, match="redirection_d_un_dossier_scellee"), transaction.atomic():
        Redirection.objects.update(vers=CONTACT)


def test_the_database_refuses_a_redirection_towards_nobody(distribution, dossier):
    hors_du_champ(distribution.proprietaire, dossier)
    with pytest.raises(IntegrityError, match="redirection_nommee"), transaction.atomic():
        Redirection.objects.update(scelle=None)


def test_the_redirection_of_a_restricted_case_is_not_shown_to_colleagues(distribution, dossier):
    hors_du_champ(distribution.proprietaire, dossier)
    _restreindre(dossier)
    for role in ("collegue", "responsable"):
        assertNotContains(distribution.client(role).get(LISTE), "Médiation familiale")
    assertContains(distribution.client("proprietaire").get(LISTE), CONTACT)


def test_the_union_sees_that_of_a_restricted_case_without_its_contact(distribution, dossier):
    hors_du_champ(distribution.proprietaire, dossier)
    _restreindre(dossier)
    page = distribution.client("union").get(LISTE)
    assertContains(page, "Médiation familiale")
    assertNotContains(page, CONTACT)


def test_a_case_reopened_is_no_longer_sent_on(distribution, dossier):
    moi = distribution.proprietaire
    un_consentement(une_partie(dossier), moi)
    changer_etat(moi, hors_du_champ(moi, dossier), "clos", depuis="hors_champ")
    client = distribution.client("proprietaire")
    assertContains(client.get(LISTE), CONTACT)
    changer_etat(moi, dossier, "en_cours", depuis="clos", motif="Finalement dans le champ")
    assertNotContains(client.get(LISTE), CONTACT)
    assertNotContains(client.get(reverse("dossier", args=[dossier.reference])), CONTACT)


def test_found_out_of_scope_again_it_keeps_one_redirection_brought_up_to_date(distribution, dossier):
    moi = distribution.proprietaire
    un_consentement(une_partie(dossier), moi)
    changer_etat(moi, hors_du_champ(moi, dossier), "clos", depuis="hors_champ")
    changer_etat(moi, dossier, "en_cours", depuis="clos", motif="Finalement dans le champ")
    dossier.refresh_from_db()
    hors_du_champ(moi, dossier)
    assert Redirection.objects.get().contact() == CONTACT
    assertContains(distribution.client("proprietaire").get(LISTE), CONTACT)


def test_without_a_case_the_contact_stays_in_clear_for_the_point(distribution):
    vers = Reorientation(uuid.uuid4(), "penale", vers="Maison de justice")
    reorienter(distribution.proprietaire, distribution.point, vers)
    assertContains(distribution.client("collegue").get(LISTE), "Maison de justice")
    assertNotContains(distribution.client("union").get(LISTE), "Maison de justice")


def test_older_redirections_follow_page_after_page(distribution, monkeypatch):
    monkeypatch.setattr("mediation.pages.PAR_PAGE", 2)
    for n in range(5):
        vers = Reorientation(uuid.uuid4(), "penale", vers=f"Service {n}")
        reorienter(distribution.proprietaire, distribution.point, vers)
    client, vus, suite = distribution.client("collegue"), [], LISTE
    while suite:
        page = client.get(suite)
        vus += [r.contact_lu for r in page.context["page"].lignes]
        suite = page.context["suivant"] and f"{LISTE}{page.context['suivant']}"
    assert vus == [f"Service {n}" for n in (4, 3, 2, 1, 0)]
    assertContains(page, "5\xa0réorientations")
