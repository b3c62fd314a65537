"""The pages inside a case: what is typed is kept, refusals are told, strangers get 404."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from mediation.accords import EngagementSaisi
from mediation.etapes import EtapeSaisie, noter_etape
from mediation.models import Dossier, Engagement, Etape, Partie
from mediation.parties import PartieSaisie, ajouter_partie
from tests.mediation.fabrique import (
    un_dossier_ancien,
    un_dossier_engage,
)


@pytest.fixture
def cas(distribution):
    return un_dossier_engage(distribution.proprietaire, distribution.point)


@pytest.fixture
def client(distribution):
    return distribution.client("proprietaire")


def _url(nom, dossier, numero=None):
    return reverse(nom, kwargs={"reference": dossier.reference} | ({"numero": numero} if numero else {}))


def _jour(distribution, ecart=0):
    return str(distribution.point.aujourdhui() + timedelta(days=ecart))


def _partie(**champs):
    defauts = {"role": "autre_partie", "nature": "personne", "nom": "Ana Roux", "cle": str(uuid.uuid4())}
    return defauts | champs


def _etape(distribution, **champs):
    defauts = {
        "nature": "entretien",
        "jour": _jour(distribution),
        "resume": "Vu",
        "prive": "Fâchée",
        "cle": str(uuid.uuid4()),
        "e-TOTAL_FORMS": "3",
        "e-INITIAL_FORMS": "0",
    }
    return defauts | champs


def test_a_party_is_added_then_read_in_its_form(client, cas):
    dossier = cas[0]
    reponse = client.post(_url("partie_nouvelle", dossier), _partie())
    assert reponse.status_code == 302
    page = client.get(_url("partie_modifier", dossier, 3)).content.decode()
    assert "Ana Roux" in page


def test_a_refused_party_keeps_all_that_was_typed(client, cas):
    donnees = _partie(nom="Ana Roux", remarque="NIR 2 69 05 49 588 157 80", telephone="0600000000")
    reponse = client.post(_url("partie_nouvelle", cas[0]), donnees)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "sécurité sociale" in page
    for valeur in ("Ana Roux", "0600000000", donnees["cle"]):
        assert valeur in page


def test_a_second_person_is_shown_what_changed_and_chooses(client, cas, distribution):
    dossier = cas[0]
    autre = distribution.client("collegue")
    url = _url("partie_modifier", dossier, 1)
    autre.post(url, _partie(role="demandeur", nom="Fatou Petit", version="1"))
    reponse = client.post(url, _partie(role="demandeur", nom="Fatou Grand", version="1"))
    page = reponse.content.decode()
    assert reponse.status_code == 409
    assert "Fatou Petit" in page
    assert 'value="Fatou Grand"' in page
    assert client.post(url, _partie(role="demandeur", nom="Fatou Grand", version="2")).status_code == 302


def test_a_party_s_agreement_and_its_departure_are_noted(client, distribution):
    dossier = un_dossier_ancien(distribution.proprietaire, distribution.point)
    client.post(_url("partie_nouvelle", dossier), _partie(role="demandeur"))
    accord = {"etat": "donne", "forme": "oral", "jour": _jour(distribution), "cle": str(uuid.uuid4())}
    client.post(_url("partie_accord", dossier, 1), accord)
    client.post(_url("partie_retrait", dossier, 1), {"jour": _jour(distribution), "cle": str(uuid.uuid4())})
    partie = Partie.objects.get()
    assert [c.etat for c in partie.consentements.all()] == ["donne", "retire"]
    assert partie.retiree_le == distribution.point.aujourdhui()


def test_only_what_may_follow_the_last_word_is_offered(client, cas):
    page = client.get(_url("partie_accord", cas[0], 1)).content.decode()
    assert "Accord retiré" in page
    assert "Accord refusé" not in page


def test_a_meeting_without_agreement_is_refused_with_why_and_nothing_is_lost(client, cas, distribution):
    dossier = cas[0]
    ajouter_partie(distribution.proprietaire, dossier, PartieSaisie("autre_partie", textes={"nom": "Tiers"}))
    donnees = _etape(distribution, nature="table_ronde", parties=["1", "3"], resume="Longue réunion")
    reponse = client.post(_url("etape_nouvelle", dossier), donnees)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "Sans l’accord de Partie C" in page
    assert "Longue réunion" in page
    assert not Etape.objects.exists()


def test_an_agreement_is_noted_with_its_commitments_then_followed_up(client, cas, distribution):
    dossier = cas[0]
    donnees = _etape(
        distribution,
        nature="accord",
        parties=["1", "2"],
        **{
            "e-0-partie": "2",
            "e-0-texte": "Baisser le son",
            "e-0-echeance": _jour(distribution, 15),
        },
    )
    assert client.post(_url("etape_nouvelle", dossier), donnees).status_code == 302
    assert Dossier.objects.get().etat == "accord"
    suite = {"vue": "", "suite": "tenu", "jour": _jour(distribution)}
    assert client.post(_url("engagement_suite", dossier, 1), suite).status_code == 302
    assert Engagement.objects.get().suite == "tenu"
    assert client.post(_url("engagement_suite", dossier, 1), suite | {"suite": "non_tenu"}).status_code == 409


def test_an_incomplete_commitment_is_told_beside_it(client, cas, distribution):
    donnees = _etape(
        distribution,
        nature="accord",
        parties=["1", "2"],
        **{"e-0-partie": "2", "e-0-texte": "Baisser le son"},
    )
    reponse = client.post(_url("etape_nouvelle", cas[0]), donnees)
    assert reponse.status_code == 422
    assert "Un engagement est incomplet" in reponse.content.decode()


def test_a_step_is_corrected_without_losing_who_took_part(client, cas, distribution):
    dossier = cas[0]
    client.post(_url("etape_nouvelle", dossier), _etape(distribution, parties=["1", "2"]))
    page = client.get(_url("etape_modifier", dossier, 1)).content.decode()
    assert page.count("checked") == 3  # the kind and both parties
    donnees = _etape(distribution, nature="appel", parties=["1"], version="1", resume="Appelée")
    assert client.post(_url("etape_modifier", dossier, 1), donnees).status_code == 302
    assert Etape.objects.get().nature == "appel"
    assert client.post(_url("etape_annuler", dossier, 1)).status_code == 302
    assert Etape.objects.get().annulee_le


def test_an_agreement_is_corrected_with_a_commitment_more(client, cas, distribution):
    dossier, une, autre = cas
    jour = distribution.point.aujourdhui()
    engagement = EngagementSaisi(autre, "Baisser le son", jour)
    etape, _ = noter_etape(
        distribution.proprietaire,
        dossier,
        EtapeSaisie("accord", jour, {}, (une, autre), engagements=[engagement]),
    )
    donnees = _etape(distribution, nature="accord", parties=["1", "2"], version="1") | {
        "e-TOTAL_FORMS": "4",
        "e-INITIAL_FORMS": "1",
        "e-0-numero": "1",
        "e-0-partie": "2",
        "e-0-texte": "Baisser le son",
        "e-0-echeance": str(jour),
        "e-1-partie": "1",
        "e-1-texte": "Sonner avant",
        "e-1-echeance": str(jour),
    }
    assert client.post(_url("etape_modifier", dossier, etape.numero), donnees).status_code == 302
    assert Engagement.objects.count() == 2


def test_an_address_with_a_nul_is_not_found(client, cas):
    assert client.get("/mediation/dossiers/%00/parties/nouvelle/").status_code == 404
    assert client.get("/mediation/dossiers/%00/").status_code == 404
    assert client.get(_url("partie_modifier", cas[0], 99999999999999999999)).status_code == 404


def test_a_party_or_mandate_that_is_not_one_is_refused_beside_its_field(client, cas, distribution):
    donnees = _etape(distribution, mandat="{}", parties=["x"])
    assert client.post(_url("etape_nouvelle", cas[0]), donnees).status_code == 422
