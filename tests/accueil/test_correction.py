"""Correcting a visit: each recorded request stays itself, and a follow-up never changes hands."""

import uuid

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accueil.correction import DemandeEtrangere, DemandesSuivies, corriger
from accueil.models import Suivi, VisiteVersion
from accueil.saisie import DemandeSaisie, VisiteSaisie
from accueil.suivi import enregistrer_suite, remettre_code
from pimms.socle.models import EntreeJournal
from tests.fabrique import un_theme, une_visite

REMIS = "Un code de suivi a été remis pour cette demande"
SUIVIE = {"issue": "oriente"}


@pytest.fixture
def visite(distribution):
    """A visit of three requests: energy, housing (referred elsewhere), work."""
    return une_visite(
        distribution.point,
        distribution.proprietaire,
        demandes=[{}, {"theme": un_theme("logement"), **SUIVIE}, {"theme": un_theme("travail")}],
    )


def garder(demande, **champs) -> DemandeSaisie:
    return DemandeSaisie(**{"theme": demande.theme, "issue": demande.issue, "pk": demande.pk} | champs)


def saisir(visite, *demandes) -> VisiteSaisie:
    return VisiteSaisie(cle=uuid.uuid4(), jour=visite.jour, demandes=demandes)


def envoyer(client, visite, *demandes, **champs):
    """Post the correction with these requests, each a recorded one or a dict of fields."""
    envoi = {"cle": str(visite.cle), "version": str(visite.version), "rang": []} | champs
    for rang, demande in enumerate(demandes):
        valeurs = demande
        if not isinstance(demande, dict):
            valeurs = {"id": demande.pk, "theme": demande.theme_id, "issue": demande.issue}
        envoi["rang"].append(str(rang))
        envoi |= {f"d{rang}-{nom}": valeur for nom, valeur in valeurs.items()}
    return client.post(reverse("visite_corriger", args=[visite.pk]), envoi)


def en_base(visite) -> list[tuple]:
    return list(visite.demandes.values_list("pk", "rang", "theme__code"))


def test_taking_the_first_request_away_leaves_each_follow_up_where_it_was(distribution, visite):
    _, deuxieme, troisieme = visite.demandes.all()
    suivi = remettre_code(distribution.proprietaire, deuxieme)
    reponse = envoyer(distribution.client("proprietaire"), visite, deuxieme, troisieme)
    assert reponse.status_code == 302
    assert en_base(visite) == [(deuxieme.pk, 0, "logement"), (troisieme.pk, 1, "travail")]
    assert Suivi.objects.get().demande_id == deuxieme.pk == suivi.demande_id


def test_the_form_posts_which_request_each_one_is(distribution, visite):
    page = distribution.client("proprietaire").get(reverse("visite_corriger", args=[visite.pk]))
    for rang, demande in enumerate(visite.demandes.all()):
        assertContains(page, f'name="d{rang}-id" value="{demande.pk}"')


def test_the_desk_posts_no_request_key(distribution):
    assertNotContains(distribution.client("proprietaire").get(reverse("saisie")), 'name="d0-id"')


def test_a_new_request_comes_after_those_that_stay(distribution, visite):
    premiere, _, troisieme = visite.demandes.all()
    nouvelle = DemandeSaisie(theme=un_theme("loisirs"), issue="resolu")
    corriger(
        distribution.proprietaire, visite, saisir(visite, nouvelle, garder(troisieme), garder(premiere)), 1
    )
    assert [ligne[1:] for ligne in en_base(visite)] == [(0, "energie"), (1, "travail"), (2, "loisirs")]


def test_a_request_with_a_code_is_not_taken_away(distribution, visite):
    premiere, deuxieme, troisieme = visite.demandes.all()
    remettre_code(distribution.proprietaire, deuxieme)
    reponse = envoyer(distribution.client("proprietaire"), visite, premiere, troisieme, duree="45")
    assertContains(reponse, REMIS, status_code=422)
    assert len(en_base(visite)) == 3


def test_the_refused_request_is_back_at_its_place_and_the_rest_is_kept(distribution, visite):
    premiere, deuxieme, troisieme = visite.demandes.all()
    remettre_code(distribution.proprietaire, deuxieme)
    reponse = envoyer(distribution.client("proprietaire"), visite, premiere, troisieme, duree_autre="25")
    formulaire = reponse.context["saisie"]
    assert [d["id"].value() for d in formulaire.demandes] == [
        str(premiere.pk),
        str(deuxieme.pk),
        str(troisieme.pk),
    ]
    assert "id" in formulaire.demandes[1].errors
    assertContains(reponse, 'value="25"', status_code=422)


def test_a_request_whose_outcome_is_known_is_not_taken_away(distribution, visite):
    premiere, deuxieme, _ = visite.demandes.all()
    enregistrer_suite(distribution.proprietaire, deuxieme, "abouti", visite.jour)
    with pytest.raises(DemandesSuivies, match="La suite de cette demande est connue"):
        corriger(distribution.proprietaire, visite, saisir(visite, garder(premiere)), 1)


def test_a_request_of_another_visit_is_refused_beside_it(distribution, visite):
    autre = une_visite(distribution.point, distribution.proprietaire).demandes.get()
    reponse = envoyer(distribution.client("proprietaire"), visite, autre)
    assertContains(reponse, "n’est pas de cette visite", status_code=422)
    assert autre.visite_id != visite.pk


def test_the_same_request_twice_is_refused(distribution, visite):
    premiere = visite.demandes.first()
    with pytest.raises(DemandeEtrangere):
        corriger(distribution.proprietaire, visite, saisir(visite, garder(premiere), garder(premiere)), 1)


@pytest.mark.parametrize("cassee", ["x", "-1", "1e3", "9" * 40])
def test_a_broken_request_key_is_refused(distribution, visite, cassee):
    theme = un_theme().pk
    reponse = envoyer(
        distribution.client("proprietaire"), visite, {"id": cassee, "theme": theme, "issue": "resolu"}
    )
    assert reponse.status_code == 422
    assert len(en_base(visite)) == 3


def test_a_key_posted_at_the_desk_takes_nothing_from_another_visit(distribution, visite):
    demande = visite.demandes.first()
    envoi = {
        "point": distribution.point.code,
        "cle": str(uuid.uuid4()),
        "rang": "0",
        "d0-id": demande.pk,
        "d0-theme": un_theme("loisirs").pk,
        "d0-issue": "resolu",
    }
    assert distribution.client("proprietaire").post(reverse("saisie"), envoi).status_code == 302
    demande.refresh_from_db()
    assert (demande.visite_id, demande.theme.code) == (visite.pk, "energie")


def test_a_request_that_a_colleague_took_away_meanwhile_becomes_a_new_one(distribution, visite):
    premiere, deuxieme, troisieme = visite.demandes.all()
    corriger(distribution.responsable, visite, saisir(visite, garder(premiere)), 1)
    reponse = envoyer(distribution.client("proprietaire"), visite, premiere, deuxieme, troisieme)
    assert reponse.status_code == 409
    assert [d["id"].value() for d in reponse.context["saisie"].demandes] == [str(premiere.pk), "", ""]


def test_the_version_and_the_journal_tell_which_request_went(distribution, visite):
    premiere, deuxieme, troisieme = visite.demandes.all()
    corriger(distribution.proprietaire, visite, saisir(visite, garder(deuxieme), garder(troisieme)), 1)
    assert [d[-1] for d in VisiteVersion.objects.get().etat["demandes"]] == [
        premiere.pk,
        deuxieme.pk,
        troisieme.pk,
    ]
    entree = EntreeJournal.objects.get(acte="corriger")
    assert [d[-1] for d in entree.avant["demandes"]] == [premiere.pk, deuxieme.pk, troisieme.pk]
    assert [d[-1] for d in entree.apres["demandes"]] == [deuxieme.pk, troisieme.pk]
