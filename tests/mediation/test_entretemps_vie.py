"""Two people on the life of one case: the second is shown what changed, keeps their words, and chooses."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from mediation.attentes import AttenteSaisie, attendre, vue_de
from mediation.cycle_de_vie import changer_etat
from mediation.models import Dossier
from mediation.parties import PartieSaisie, ajouter_partie, modifier_partie
from mediation.passations import declarer_conflit, justifier_conflit, passer_la_main, reserver
from tests.fabrique import un_acces, une_personne
from tests.mediation.fabrique import un_dossier


@pytest.fixture
def dossier(distribution):
    return un_dossier(distribution.proprietaire, distribution.point)


@pytest.fixture
def client(distribution):
    return distribution.client("proprietaire")


def _url(nom, dossier, *autres):
    return reverse(nom, args=[dossier.reference, *autres])


def test_a_move_made_meanwhile_is_shown_and_the_second_is_confirmed(distribution, dossier, client):
    url = _url("dossier_etat", dossier, "refuse")
    changer_etat(distribution.collegue, dossier, "prise_de_contact", depuis="demande")
    reponse = client.post(url, {"depuis": "demande", "motif": "Le voisin ne veut pas"})
    assertContains(reponse, "Prise de contact, par Karim Petit le", status_code=409)
    assertContains(reponse, "Le voisin ne veut pas", status_code=409)
    depuis = reponse.context["form"].data["depuis"]
    client.post(url, {"depuis": depuis, "motif": "Le voisin ne veut pas"})
    assert Dossier.objects.get().etat == "refuse"


def test_a_move_possible_no_more_says_so_and_keeps_the_words(distribution, dossier, client):
    url = _url("dossier_etat", dossier, "oriente")
    changer_etat(distribution.collegue, dossier, "refuse", depuis="demande")
    envoi = {"depuis": "demande", "motif": "Vers le bailleur"}
    for _ in range(2):
        reponse = client.post(url, envoi)
        assert reponse.status_code in (409, 422)
        assertContains(reponse, "Vers le bailleur", status_code=reponse.status_code)
    assert Dossier.objects.get().etat == "refuse"


def test_a_case_out_of_scope_meanwhile_shows_where_it_stands(distribution, dossier, client):
    changer_etat(distribution.collegue, dossier, "refuse", depuis="demande")
    envoi = {
        "depuis": "demande",
        "motif": "Divorce",
        "domaine": "familiale",
        "vers": "Maison",
        "cle": dossier.cle,
    }
    reponse = client.post(_url("dossier_etat", dossier, "hors_champ"), envoi)
    assertContains(reponse, "n’est plus possible depuis cet état", status_code=409)
    assertContains(reponse, "Divorce", status_code=409)


def test_a_handing_over_made_meanwhile_is_shown_and_one_chooses(distribution, dossier):
    passer_la_main(
        distribution.responsable, dossier, distribution.collegue, "Congé", de=distribution.proprietaire.pk
    )
    autre = une_personne("Ali", "Roux")
    un_acces(autre, "mediateur", distribution.point)
    client, url = distribution.client("responsable"), _url("dossier_passer", dossier)
    envoi = {"a": autre.pk, "motif": "Langue", "de": distribution.proprietaire.pk}
    reponse = client.post(url, envoi)
    assertContains(reponse, "Karim Petit, par Léa Tissot le", status_code=409)
    assert client.post(url, envoi | {"de": reponse.context["form"].data["de"]}).status_code == 302
    assert Dossier.objects.get().mediateur == autre


def test_the_same_person_chosen_by_two_is_said_to_be_in_charge(distribution, dossier):
    passer_la_main(
        distribution.responsable, dossier, distribution.collegue, "Congé", de=distribution.proprietaire.pk
    )
    envoi = {"a": distribution.collegue.pk, "motif": "Congé", "de": distribution.collegue.pk}
    reponse = distribution.client("responsable").post(_url("dossier_passer", dossier), envoi)
    assertContains(reponse, "déjà chargée du dossier", status_code=422)


def test_a_transfer_of_a_case_moved_meanwhile_is_confirmed(distribution, dossier, client):
    changer_etat(distribution.collegue, dossier, "prise_de_contact", depuis="demande")
    url = _url("dossier_transferer", dossier)
    envoi = {"vers": distribution.ailleurs.pk, "motif": "Déménagement", "depuis": "demande"}
    reponse = client.post(url, envoi)
    assertContains(reponse, "Prise de contact, par Karim Petit", status_code=409)
    client.post(url, envoi | {"depuis": reponse.context["form"].data["depuis"]})
    dossier.refresh_from_db()
    assert dossier.issue == "transfert"


def test_an_access_changed_meanwhile_is_shown_and_one_chooses(distribution, dossier, client):
    reserver(distribution.proprietaire, dossier, [distribution.collegue], version=dossier.version)
    url = _url("dossier_acces", dossier)
    envoi = {"qui": "nommees", "personnes": [distribution.responsable.pk], "version": dossier.version}
    reponse = client.post(url, envoi)
    assertContains(reponse, "Karim Petit</strong>", status_code=409)
    version = reponse.context["form"].data["version"]
    assert client.post(url, envoi | {"version": version}).status_code == 302
    assert [lecteur.personne for lecteur in dossier.lecteurs.all()] == [distribution.responsable]


def test_a_conflict_settled_meanwhile_is_told(distribution, dossier):
    conflit = declarer_conflit(distribution.proprietaire, dossier, "")
    justifier_conflit(distribution.responsable, dossier, conflit.numero, "Lien ancien")
    url = _url("dossier_justifier", dossier, conflit.numero)
    reponse = distribution.client("responsable").post(url, {"justification": "Autre"}, follow=True)
    assertContains(reponse, "a déjà sa suite")


def test_an_answer_received_does_not_end_a_wait_changed_meanwhile(distribution, dossier, client):
    jour = distribution.point.aujourdhui()
    vue = attendre(distribution.proprietaire, dossier, AttenteSaisie("partie", jour + timedelta(days=5)))
    page = client.get(reverse("dossier", args=[dossier.reference]))
    assertContains(page, f'name="vue" value="{vue_de(vue)}"')
    autre = AttenteSaisie("tiers", jour + timedelta(days=20))
    attendre(distribution.collegue, dossier, autre, vue=vue_de(vue))
    reponse = client.post(_url("dossier_reprendre", dossier), {"vue": vue_de(vue)}, follow=True)
    assertContains(reponse, "L’attente a changé depuis que vous avez ouvert cette page")
    assert dossier.attentes.get().fin is None


def test_a_party_changed_meanwhile_is_read_again_before_being_taken_out(distribution, dossier, client):
    partie, _ = ajouter_partie(
        distribution.proprietaire, dossier, PartieSaisie("demandeur", textes={"nom": "A"})
    )
    page = client.get(_url("partie_modifier", dossier, 1))
    assertContains(page, '<input type="hidden" name="version" value="1">')
    modifier_partie(
        distribution.collegue, partie, PartieSaisie("demandeur", textes={"nom": "Fatou Martin"}), version=1
    )
    reponse = client.post(_url("partie_supprimer", dossier, 1), {"version": "1"}, follow=True)
    assertContains(reponse, "relisez-la avant de la supprimer")
    assertContains(reponse, "Fatou Martin")
    client.post(_url("partie_supprimer", dossier, 1), {"version": "2"})
    assert not dossier.parties.exists()
