"""From a visit to a case: one click, nothing typed again, and the request stays tied to it."""

import uuid

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accueil.correction import DemandesSuivies, corriger
from accueil.saisie import DemandeSaisie, VisiteSaisie
from mediation.interventions import Sorte, interventions_par_registre
from mediation.models import Dossier, Redirection
from pimms.socle.periodes import mois_finissant_le
from tests.fabrique import un_partenaire, un_theme, une_visite
from tests.mediation.fabrique import hors_du_champ, un_dossier

NOUVEAU = "/mediation/dossiers/nouveau/"


@pytest.fixture
def demande(distribution):
    demandes = [{"theme": un_theme("energie"), "partenaire": un_partenaire("EDF"), "registre": 2}]
    visite = une_visite(distribution.point, distribution.proprietaire, demandes=demandes)
    return visite.demandes.get()


def _envoi(**autres):
    defauts = {
        "cle": str(uuid.uuid4()),
        "champ": "dans",
        "objet": "Impayé avant coupure",
        "registre": "2",
        "theme": un_theme("energie").pk,
        "urgence": "normale",
        "origine": "personne",
    }
    return defauts | autres


def test_the_desk_offers_to_open_a_case_beside_each_request(distribution, demande):
    page = distribution.client("collegue").get("/accueil/saisie/")
    assertContains(page, f"{NOUVEAU}?demande={demande.pk}")


def test_the_journal_offers_it_too_and_only_where_one_works(distribution, demande):
    assertContains(distribution.client("proprietaire").get("/accueil/journal/"), f"?demande={demande.pk}")
    assertNotContains(distribution.client("union").get("/accueil/journal/"), "?demande=")


def test_a_request_out_of_scope_offers_no_case(distribution):
    une_visite(distribution.point, distribution.proprietaire, demandes=[{"issue": "hors_champ"}])
    assertNotContains(distribution.client("proprietaire").get("/accueil/saisie/"), NOUVEAU)


def test_a_request_out_of_scope_opens_no_case_by_its_address_either(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire, demandes=[{"issue": "hors_champ"}])
    envoi = _envoi(demande=visite.demandes.get().pk, mediateur=distribution.proprietaire.pk)
    reponse = distribution.client("proprietaire").post(NOUVEAU, envoi)
    assertContains(reponse, "notée hors champ", status_code=422)
    assert not Dossier.objects.exists()


def test_theme_partner_and_register_are_taken_over(distribution, demande):
    page = distribution.client("proprietaire").get(f"{NOUVEAU}?demande={demande.pk}")
    initial = page.context["form"].initial
    assert (initial["theme"], initial["partenaire"], initial["registre"]) == (
        demande.theme_id,
        demande.partenaire_id,
        2,
    )
    assert initial["objet"] == f"{demande.theme.nom}, EDF"


def test_opening_from_a_visit_reads_each_list_once(distribution, demande, django_assert_max_num_queries):
    client = distribution.client("proprietaire")
    with django_assert_max_num_queries(10):
        page = client.get(f"{NOUVEAU}?demande={demande.pk}").content.decode()
    assert page.count(">EDF<") == 2
    assert f'<option value="{distribution.proprietaire.pk}" selected>' in page


def test_the_case_stays_tied_to_its_request(distribution, demande):
    envoi = _envoi(demande=demande.pk, mediateur=distribution.proprietaire.pk)
    reponse = distribution.client("proprietaire").post(NOUVEAU, envoi)
    dossier = Dossier.objects.get()
    assert reponse.url == f"/mediation/dossiers/{dossier.reference}/"
    assert dossier.demande == demande
    assertContains(distribution.client("proprietaire").get("/accueil/saisie/"), f"{dossier.reference}/")


def test_a_request_opens_one_case_only(distribution, demande):
    premier = un_dossier(distribution.proprietaire, distribution.point, demande=demande)
    client = distribution.client("collegue")
    assert client.get(f"{NOUVEAU}?demande={demande.pk}").url == f"/mediation/dossiers/{premier.reference}/"
    envoi = _envoi(demande=demande.pk, mediateur=distribution.collegue.pk)
    assertContains(client.post(NOUVEAU, envoi), "Un dossier est déjà ouvert", status_code=422)


def test_a_stranger_opens_nothing_from_a_request(distribution, demande):
    client = distribution.client("etranger")
    assert client.get(f"{NOUVEAU}?demande={demande.pk}").status_code == 404
    assert client.post(NOUVEAU, _envoi(demande=demande.pk)).status_code == 404


@pytest.mark.parametrize("cle", ["0", "x", "-1", "9" * 30, "١"])
def test_a_request_that_does_not_exist_is_not_found(distribution, cle):
    assert distribution.client("proprietaire").get(f"{NOUVEAU}?demande={cle}").status_code == 404


def test_nothing_opens_before_the_scope_question_is_answered(distribution):
    envoi = _envoi(champ="", mediateur=distribution.proprietaire.pk)
    reponse = distribution.client("proprietaire").post(NOUVEAU, envoi)
    assertContains(reponse, "Répondez d’abord à cette question.", status_code=422)
    assert not Dossier.objects.exists()


def test_what_is_out_of_scope_becomes_a_redirection_and_no_case(distribution, demande):
    envoi = {
        "cle": str(uuid.uuid4()),
        "champ": "hors",
        "hors-domaine": "familiale",
        "hors-vers": "Maison de la famille",
        "demande": demande.pk,
    }
    distribution.client("proprietaire").post(NOUVEAU, envoi)
    redirection = Redirection.objects.get()
    assert (redirection.domaine, redirection.vers, redirection.demande) == (
        "familiale",
        "Maison de la famille",
        demande,
    )
    assert not Dossier.objects.exists()


def test_a_redirection_names_someone(distribution):
    envoi = {"cle": str(uuid.uuid4()), "champ": "hors", "hors-domaine": "penale"}
    reponse = distribution.client("proprietaire").post(NOUVEAU, envoi)
    assertContains(reponse, "Dites vers qui la personne est réorientée.", status_code=422)


def test_a_redirection_sent_twice_is_one(distribution):
    envoi = {
        "cle": str(uuid.uuid4()),
        "champ": "hors",
        "hors-domaine": "penale",
        "hors-vers": "Maison de la justice",
    }
    for _ in range(2):
        distribution.client("proprietaire").post(NOUVEAU, envoi)
    assert Redirection.objects.count() == 1


def test_the_same_form_with_another_content_is_refused(distribution):
    client = distribution.client("proprietaire")
    envoi = _envoi(mediateur=distribution.proprietaire.pk)
    client.post(NOUVEAU, envoi)
    reponse = client.post(NOUVEAU, envoi | {"objet": "Tout autre chose"})
    assertContains(reponse, "avec un autre contenu", status_code=422)
    assert Dossier.objects.count() == 1


def test_the_union_reads_where_one_was_sent_without_the_free_text(distribution):
    envoi = {
        "cle": str(uuid.uuid4()),
        "champ": "hors",
        "hors-domaine": "penale",
        "hors-vers": "Bureau de Zéphyrine",
    }
    distribution.client("proprietaire").post(NOUVEAU, envoi)
    assertContains(distribution.client("proprietaire").get("/mediation/redirections/"), "Zéphyrine")
    page = distribution.client("union").get("/mediation/redirections/")
    assertContains(page, "un interlocuteur nommé")
    assertNotContains(page, "phyrine")


def test_a_correction_does_not_take_away_a_request_that_has_a_case(distribution, demande):
    un_dossier(distribution.proprietaire, distribution.point, demande=demande)
    visite = demande.visite
    autre = DemandeSaisie(theme=un_theme("logement"), issue="resolu")
    saisie = VisiteSaisie(cle=visite.cle, jour=visite.jour, demandes=[autre])
    with pytest.raises(DemandesSuivies, match="a eu une suite"):
        corriger(distribution.proprietaire, visite, saisie, 1)


def test_the_refusal_stands_beside_the_request_and_keeps_the_rest(distribution, demande):
    un_dossier(distribution.proprietaire, distribution.point, demande=demande)
    client = distribution.client("proprietaire")
    url = reverse("visite_corriger", args=[demande.visite_id])
    envoi = {
        "cle": str(demande.visite.cle),
        "version": "1",
        "point": distribution.point.code,
        "rang": ["0"],
        "d0-theme": un_theme("logement").pk,
        "d0-issue": "resolu",
        "canal": "sur_place",
        "personnes": "1",
    }
    reponse = client.post(url, envoi)
    assertContains(reponse, "Cette demande a eu une suite", status_code=422)
    assert demande.visite.demandes.count() == 1


@pytest.fixture
def reserve(distribution, demande):
    """A case opened from the request and restricted to who is in charge of it."""
    dossier = un_dossier(distribution.proprietaire, distribution.point, demande=demande)
    Dossier.objects.filter(pk=dossier.pk).update(restreint=True)
    return dossier


def test_a_restricted_case_is_to_a_colleague_as_if_it_were_not_there(distribution, demande, reserve):
    client = distribution.client("collegue")
    for page in ("/accueil/saisie/", "/accueil/journal/"):
        contenu = client.get(page).content.decode()
        assert f"{NOUVEAU}?demande={demande.pk}" in contenu
        assert reserve.reference not in contenu
    assert client.get(f"{NOUVEAU}?demande={demande.pk}").status_code == 200


def test_a_colleague_opens_a_case_beside_a_restricted_one_without_learning_of_it(
    distribution, demande, reserve
):
    envoi = _envoi(demande=demande.pk, mediateur=distribution.collegue.pk)
    reponse = distribution.client("collegue").post(NOUVEAU, envoi)
    assert reponse.status_code == 302
    assert Dossier.objects.filter(demande=demande).count() == 2
    releves = interventions_par_registre(None, mois_finissant_le(distribution.point.aujourdhui(), 12))
    comptes = releves.du_point(distribution.point.pk)
    assert sum(r.par_sorte[Sorte.DOSSIER].nombre for r in comptes if Sorte.DOSSIER in r.par_sorte) == 1


def test_who_may_know_of_a_restricted_case_is_led_to_it(distribution, demande, reserve):
    for role in ("proprietaire", "responsable"):
        client = distribution.client(role)
        assertContains(client.get("/accueil/saisie/"), f"{reserve.reference}/")
        assert client.get(f"{NOUVEAU}?demande={demande.pk}").url.endswith(f"{reserve.reference}/")


def test_a_restricted_case_out_of_scope_is_not_told_by_its_request(distribution, demande, reserve):
    hors_du_champ(distribution.proprietaire, reserve)
    envoi = _envoi(demande=demande.pk, mediateur=distribution.collegue.pk)
    client = distribution.client("collegue")
    assert client.get(f"{NOUVEAU}?demande={demande.pk}").status_code == 200
    assert client.post(NOUVEAU, envoi).status_code == 302


def test_the_other_requests_of_the_visit_do_not_tell_of_a_restricted_case(distribution):
    demandes = [{"theme": un_theme("energie")}, {"theme": un_theme("logement")}]
    visite = une_visite(distribution.point, distribution.proprietaire, demandes=demandes)
    une, autre = visite.demandes.order_by("rang")
    un_dossier(distribution.proprietaire, distribution.point, demande=autre)
    Dossier.objects.update(restreint=True)
    page = distribution.client("collegue").get(f"{NOUVEAU}?demande={une.pk}")
    assert list(page.context["voisines"]) == [une, autre]
