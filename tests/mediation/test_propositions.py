"""Another register for an entry: the author decides, every change leaves a trace."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accueil.models import Acces
from mediation.compte_rendu import annuler
from mediation.etapes import annuler_etape
from mediation.models import Dossier, Etape, Evenement, Lecteur, PropositionRegistre
from mediation.propositions import decider, proposer, tardive
from pimms.socle.models import EntreeJournal
from tests.mediation.fabrique import un_dossier
from tests.mediation.fabrique_terrain import une_action, une_action_faite
from tests.mediation.test_interventions import une_etape


@pytest.fixture
def dossier(distribution):
    return un_dossier(distribution.proprietaire, distribution.point)


def _registre(objet) -> int:
    objet.refresh_from_db(fields=["registre"])
    return objet.registre


def test_a_managers_proposal_waits_for_the_author(distribution, dossier):
    proposition = proposer(distribution.responsable, dossier, 3, "contenu")
    assert (proposition.decision, _registre(dossier)) == ("", 2)


def test_the_author_accepts_and_the_case_tells_it(distribution, dossier):
    proposition = proposer(distribution.responsable, dossier, 3, "contenu")
    decider(distribution.proprietaire, proposition, "acceptee")
    evenement = Evenement.objects.filter(dossier=dossier, nature="registre").get()
    assert (evenement.registre_de, evenement.registre_vers, evenement.par) == (
        2,
        3,
        distribution.proprietaire,
    )
    assert _registre(dossier) == 3


def test_a_refusal_changes_nothing_and_is_kept(distribution, dossier):
    proposition = proposer(distribution.responsable, dossier, 3, "contenu")
    decider(distribution.proprietaire, proposition, "refusee")
    proposition.refresh_from_db()
    assert (proposition.decision, proposition.decide_par, _registre(dossier)) == (
        "refusee",
        distribution.proprietaire,
        2,
    )


def test_ones_own_change_is_decided_at_once(distribution, dossier):
    assert proposer(distribution.proprietaire, dossier, 3, "erreur").decision == "acceptee"
    assert _registre(dossier) == 3


def test_nobody_is_asked_when_the_author_has_left_the_point(distribution, dossier):
    hier = distribution.point.aujourdhui() - timedelta(days=1)
    Acces.objects.filter(personne=distribution.proprietaire).update(fin=hier)
    assert proposer(distribution.responsable, dossier, 3, "contenu").decision == "acceptee"


def test_a_colleague_proposes_nothing(distribution, dossier):
    with pytest.raises(ObjectDoesNotExist):
        proposer(distribution.collegue, dossier, 3, "contenu")
    assert not PropositionRegistre.objects.exists()


def test_only_the_author_accepts(distribution, dossier):
    proposition = proposer(distribution.responsable, dossier, 3, "contenu")
    for personne in (distribution.responsable, distribution.collegue):
        with pytest.raises(ObjectDoesNotExist):
            decider(personne, proposition, "acceptee")


def test_the_manager_withdraws_a_proposal(distribution, dossier):
    proposition = proposer(distribution.responsable, dossier, 3, "contenu")
    decider(distribution.responsable, proposition, "refusee")
    assert (PropositionRegistre.objects.get().decision, _registre(dossier)) == ("refusee", 2)


def _partir(distribution) -> None:
    hier = distribution.point.aujourdhui() - timedelta(days=1)
    Acces.objects.filter(personne=distribution.proprietaire).update(fin=hier)


def test_the_manager_decides_once_the_author_has_left(distribution, dossier):
    proposition = proposer(distribution.responsable, dossier, 3, "contenu")
    _partir(distribution)
    decider(distribution.responsable, proposition, "acceptee")
    assert _registre(dossier) == 3


def _reserver_a_d_autres(distribution, dossier) -> None:
    """The case goes to a colleague, and only the manager is named beside them."""
    Dossier.objects.filter(pk=dossier.pk).update(mediateur=distribution.collegue, restreint=True)
    Lecteur.objects.create(dossier=dossier, point=dossier.point, personne=distribution.responsable)


def test_the_manager_decides_once_the_author_no_longer_reads_the_case(distribution, dossier):
    etape = une_etape(dossier, registre=5)
    proposition = proposer(distribution.responsable, etape, 3, "contenu")
    _reserver_a_d_autres(distribution, dossier)
    etape.refresh_from_db()
    decider(distribution.responsable, PropositionRegistre.objects.get(pk=proposition.pk), "acceptee")
    assert _registre(etape) == 3


def test_who_is_in_charge_decides_where_neither_author_nor_manager_reads_the_case(distribution, dossier):
    etape = une_etape(dossier, registre=5)
    proposition = proposer(distribution.responsable, etape, 3, "contenu")
    _reserver_a_d_autres(distribution, dossier)
    Lecteur.objects.all().delete()
    proposition = PropositionRegistre.objects.get(pk=proposition.pk)
    with pytest.raises(ObjectDoesNotExist):
        decider(distribution.responsable, proposition, "acceptee")
    decider(distribution.collegue, proposition, "acceptee")
    assert _registre(etape) == 3


def test_the_page_offers_the_manager_what_they_may_answer(distribution, dossier):
    proposer(distribution.responsable, dossier, 3, "contenu")
    client, url = distribution.client("responsable"), reverse("propositions")
    page = client.get(url).content.decode()
    assert ("Retirer la proposition" in page, "Accepter" in page) == (True, False)
    _partir(distribution)
    page = client.get(url).content.decode()
    assert "Accepter" in page
    assert "ne peut plus répondre" in page


def test_a_proposal_ends_with_the_step_that_is_cancelled(distribution, dossier):
    etape = une_etape(dossier, registre=5)
    proposition = proposer(distribution.responsable, etape, 3, "contenu")
    annuler_etape(distribution.proprietaire, etape)
    proposition.refresh_from_db()
    assert (proposition.decision, proposition.decide_par) == ("caduque", distribution.proprietaire)
    ligne = EntreeJournal.objects.get(objet="propositionregistre", acte="decider")
    assert ligne.apres["decision"] == "caduque"


def test_a_proposal_ends_with_the_action_that_is_cancelled(distribution):
    action = une_action(distribution.proprietaire, distribution.point)
    proposition = proposer(distribution.responsable, action, 6, "definition")
    annuler(distribution.proprietaire, action, action.version, "Pluie")
    proposition.refresh_from_db()
    assert proposition.decision == "caduque"


def test_the_database_lets_no_proposal_wait_on_a_cancelled_step(distribution, dossier):
    etape = une_etape(dossier, registre=5)
    proposer(distribution.responsable, etape, 3, "contenu")
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS etape_sans_proposition IMMEDIATE")
    with pytest.raises(IntegrityError, match="attend encore"), transaction.atomic():
        Etape.objects.filter(pk=etape.pk).update(annulee_le=timezone.now())


def test_a_second_proposal_waits_for_the_first(distribution, dossier):
    proposer(distribution.responsable, dossier, 3, "contenu")
    with pytest.raises(ValidationError, match="attend déjà"):
        proposer(distribution.responsable, dossier, 5, "contenu")


def test_a_proposal_is_decided_once(distribution, dossier):
    proposition = proposer(distribution.responsable, dossier, 3, "contenu")
    decider(distribution.proprietaire, proposition, "refusee")
    with pytest.raises(ValidationError, match="déjà sa réponse"):
        decider(distribution.proprietaire, proposition, "acceptee")


def test_the_same_register_is_refused(distribution, dossier):
    with pytest.raises(ValidationError, match="déjà son registre"):
        proposer(distribution.proprietaire, dossier, 2, "erreur")


def test_a_step_takes_another_register(distribution, dossier):
    etape = une_etape(dossier, registre=5)
    proposer(distribution.proprietaire, etape, 3, "erreur")
    assert _registre(etape) == 3


def test_an_action_takes_another_register_with_its_line_in_the_journal(distribution):
    action = une_action_faite(distribution.proprietaire, distribution.point)
    proposition = proposer(distribution.responsable, action, 6, "definition")
    decider(distribution.proprietaire, proposition, "acceptee")
    ligne = EntreeJournal.objects.get(objet="action", objet_id=action.pk, acte="registre")
    assert (ligne.avant, ligne.apres["registre"], _registre(action)) == ({"registre": 8}, 6, 6)


def test_an_action_changed_meanwhile_is_not_overwritten(distribution):
    action = une_action(distribution.proprietaire, distribution.point)
    proposition = proposer(distribution.responsable, action, 6, "definition")
    type(action).objects.filter(pk=action.pk).update(registre=7)
    with pytest.raises(ValidationError, match="a changé depuis"):
        decider(distribution.proprietaire, proposition, "acceptee")


@pytest.mark.parametrize(("jours", "marquee"), [(30, False), (31, True)])
def test_a_change_after_thirty_days_is_marked(distribution, dossier, jours, marquee):
    Dossier.objects.filter(pk=dossier.pk).update(cree_le=timezone.localtime() - timedelta(days=jours))
    dossier.refresh_from_db()
    assert proposer(distribution.proprietaire, dossier, 3, "erreur").tardive is marquee


def test_a_change_is_marked_by_the_day_of_its_decision(distribution, dossier):
    proposition = proposer(distribution.responsable, dossier, 3, "contenu")
    Dossier.objects.filter(pk=dossier.pk).update(cree_le=timezone.localtime() - timedelta(days=31))
    assert decider(distribution.proprietaire, proposition, "acceptee").tardive


def test_the_day_of_an_action_planned_ahead_is_what_its_delay_counts_from(distribution):
    action = une_action(distribution.proprietaire, distribution.point)
    type(action).objects.filter(pk=action.pk).update(saisie_le=timezone.now() - timedelta(days=40))
    action.refresh_from_db()
    assert not tardive(action)


def test_the_page_proposes_and_the_author_answers(distribution, dossier):
    url = reverse("registre_proposer", args=["dossier", dossier.pk])
    reponse = distribution.client("responsable").post(url, {"vers": "3", "motif": "contenu"})
    assert reponse.status_code == 302
    page = distribution.client("proprietaire").get(reverse("propositions")).content.decode()
    assert "Accepter" in page
    pk = PropositionRegistre.objects.get().pk
    distribution.client("proprietaire").post(
        reverse("proposition_decider", args=[pk]), {"decision": "acceptee"}
    )
    assert _registre(dossier) == 3


def test_the_page_says_that_nobody_is_asked_once_the_author_has_left(distribution, dossier):
    url = reverse("registre_proposer", args=["dossier", dossier.pk])
    client = distribution.client("responsable")
    assert "décidera" in client.get(url).content.decode()
    _partir(distribution)
    page = client.get(url).content.decode()
    assert "le changement se fait tout de suite" in page
    assert "Changer le registre" in page
    assert "décidera" not in page
    reponse = client.post(url, {"vers": "3", "motif": "contenu"}, follow=True)
    assert "Le registre est changé." in reponse.content.decode()


def test_the_page_names_who_decides_where_the_manager_may_not_read(distribution, dossier):
    proposer(distribution.responsable, une_etape(dossier, registre=5), 3, "contenu")
    _reserver_a_d_autres(distribution, dossier)
    page = distribution.client("responsable").get(reverse("propositions")).content.decode()
    assert f"{distribution.collegue}, chargé du dossier, décide" in page
    assert "s’il peut lire ce dossier réservé" in page


def test_a_refused_form_keeps_what_was_chosen(distribution, dossier):
    url = reverse("registre_proposer", args=["dossier", dossier.pk])
    reponse = distribution.client("proprietaire").post(url, {"vers": "3", "motif": ""})
    assert reponse.status_code == 422
    assert 'value="3" selected' in reponse.content.decode()


def test_a_restricted_case_is_told_to_its_readers_only(distribution, dossier):
    proposer(distribution.proprietaire, dossier, 3, "erreur")
    Dossier.objects.filter(pk=dossier.pk).update(restreint=True)
    page = distribution.client("collegue").get(reverse("propositions")).content.decode()
    assert dossier.reference not in page


@pytest.mark.parametrize(
    ("role", "offert"), [("proprietaire", True), ("responsable", True), ("collegue", False)]
)
def test_a_step_with_a_register_of_its_own_leads_to_the_proposal(distribution, dossier, role, offert):
    avec, sans = une_etape(dossier, registre=5), une_etape(dossier)
    page = distribution.client(role).get(reverse("dossier", args=[dossier.reference])).content.decode()
    assert (reverse("registre_proposer", args=["etape", avec.pk]) in page) is offert
    assert reverse("registre_proposer", args=["etape", sans.pk]) not in page


def test_what_waits_beyond_the_page_is_told(distribution, monkeypatch):
    monkeypatch.setattr("mediation.views.propositions.RECENTES", 2)
    for _ in range(3):
        proposer(
            distribution.responsable, un_dossier(distribution.proprietaire, distribution.point), 3, "contenu"
        )
    page = distribution.client("proprietaire").get(reverse("propositions"))
    assert "les 2 dernières sur 3" in page.content.decode()
