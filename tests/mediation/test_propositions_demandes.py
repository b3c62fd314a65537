"""Another register for a request of the desk: the manager proposes, who recorded it decides."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accueil.correction import annuler
from accueil.models import Acces, ChangementRegistre
from mediation.propositions import decider, proposer
from tests.accueil.test_retagages import _visite


@pytest.fixture
def demande(distribution):
    return _visite(distribution, 2).demandes.get()


def _registre(demande) -> int:
    demande.refresh_from_db(fields=["registre"])
    return demande.registre


def test_a_proposal_changes_nothing_until_its_answer(distribution, demande):
    assert proposer(distribution.responsable, demande, 7, "contenu").decision == ""
    assert _registre(demande) == 3


def test_the_author_accepts_and_the_visit_keeps_its_earlier_state(distribution, demande):
    decider(distribution.proprietaire, proposer(distribution.responsable, demande, 7, "contenu"), "acceptee")
    changement = ChangementRegistre.objects.get()
    assert (_registre(demande), changement.registre_de, changement.registre_vers) == (7, 3, 7)
    assert demande.visite.versions.get().etat["demandes"][0][3] == 3


def test_an_answer_after_thirty_days_is_marked(distribution):
    demande = _visite(distribution, 31).demandes.get()
    proposition = proposer(distribution.responsable, demande, 7, "contenu")
    decider(distribution.proprietaire, proposition, "acceptee")
    assert ChangementRegistre.objects.get().tardif


def test_the_manager_does_not_answer_for_the_author(distribution, demande):
    proposition = proposer(distribution.responsable, demande, 7, "contenu")
    with pytest.raises(ObjectDoesNotExist):
        decider(distribution.responsable, proposition, "acceptee")


def test_it_is_done_at_once_when_the_author_has_left(distribution, demande):
    hier = distribution.point.aujourdhui() - timedelta(days=1)
    Acces.objects.filter(personne=distribution.proprietaire).update(fin=hier)
    assert proposer(distribution.responsable, demande, 7, "contenu").decision == "acceptee"
    assert _registre(demande) == 7


@pytest.mark.parametrize("role", ["proprietaire", "collegue", "etranger"])
def test_only_the_manager_of_the_point_proposes(distribution, demande, role):
    with pytest.raises(ObjectDoesNotExist):
        proposer(getattr(distribution, role), demande, 7, "contenu")
    url = reverse("registre_proposer", args=["demande", demande.pk])
    assert distribution.client(role).get(url).status_code == 404


def test_a_visit_too_old_to_be_corrected_receives_no_proposal(distribution):
    demande = _visite(distribution, 80).demandes.get()
    with pytest.raises(ValidationError, match="ne se modifie plus"):
        proposer(distribution.responsable, demande, 7, "contenu")


def test_a_cancelled_visit_no_longer_waits_for_an_answer(distribution, demande):
    proposition = proposer(distribution.responsable, demande, 7, "contenu")
    annuler(distribution.responsable, demande.visite)
    assertContains(distribution.client("proprietaire").get(reverse("propositions")), "Rien n’attend")
    with pytest.raises(ValidationError, match="annulée"):
        decider(distribution.proprietaire, proposition, "acceptee")


def test_the_journal_offers_it_to_the_manager_for_others_entries(distribution, demande):
    url = reverse("registre_proposer", args=["demande", demande.pk])
    assertContains(distribution.client("responsable").get(reverse("journal")), url)
    assertNotContains(distribution.client("proprietaire").get(reverse("journal")), url)


def test_proposed_from_the_page_it_is_answered_from_the_list(distribution, demande):
    url = reverse("registre_proposer", args=["demande", demande.pk])
    envoi = {"vers": "7", "motif": "contenu"}
    assert distribution.client("responsable").post(url, envoi).status_code == 302
    client, liste = distribution.client("proprietaire"), reverse("propositions")
    assertContains(client.get(liste), "Accepter")
    pk = demande.propositions.get().pk
    client.post(reverse("proposition_decider", args=[pk]), {"decision": "acceptee"})
    assert _registre(demande) == 7
