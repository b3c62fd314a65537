"""Reports within a campaign: « projet » until it is closed, and what its auditors read of earlier ones."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pimms.socle.models import EntreeJournal
from qualite.campagnes import avancer
from qualite.models import Evaluation, Rapport
from qualite.rapports import instantane
from qualite.rapports.document import Document, contexte
from qualite.rapports.pages import remplacant
from tests.fabrique import un_point, une_personne
from tests.qualite.fabrique_campagnes import amener, pas, un_auditeur, un_calcul, un_constat, une_campagne
from tests.qualite.fabrique_rapports import un_rapport, un_rapport_pret


@pytest.fixture
def campagne(distribution):
    un_calcul()
    return amener(une_campagne(distribution.union), "audit", distribution.union, [distribution.point])


def _releve(distribution, evaluation: Evaluation) -> tuple[Rapport, bool]:
    """A report of which the snapshot was taken, and whether its pages say « projet »."""
    rapport = un_rapport(distribution.union, point=distribution.point, evaluation=evaluation)
    pris = instantane.prendre(Rapport.objects.get(pk=rapport.pk))
    document = Document(instantane.ouvrir(pris), pris.empreinte)
    return Rapport.objects.get(pk=rapport.pk), contexte(document.instantane, document.empreinte)["projet"]


def test_a_report_is_a_draft_until_its_campaign_is_closed(distribution, campagne):
    rapport, projet = _releve(distribution, campagne.evaluation)
    assert (rapport.projet, projet) == (True, True)
    for etat in ("reponse", "decision", "close"):
        campagne = pas(campagne, etat, distribution.union)
    final, projet = _releve(distribution, Evaluation.objects.get(pk=campagne.evaluation_id))
    assert (final.projet, projet) == (False, False)


def test_a_file_frozen_anew_leaves_what_stood_on_the_first_a_draft(distribution):
    un_calcul()
    campagne = amener(une_campagne(distribution.union), "gel", distribution.union, [distribution.point])
    premiere = campagne.evaluation_id
    campagne = avancer(distribution.union, campagne, campagne.version, "revue", "Une preuve manquait.")
    for etat in ("gel", "audit", "reponse", "decision", "close"):
        campagne = pas(campagne, etat, distribution.union)
    assert not Evaluation.objects.get(pk=premiere).definitive
    assert Evaluation.objects.get(pk=campagne.evaluation_id).definitive


def _contenu(rapport: Rapport) -> dict:
    return json.loads(instantane.ouvrir(instantane.prendre(Rapport.objects.get(pk=rapport.pk))))


def test_the_file_tells_what_earlier_audits_found_and_who_signed_its_own(distribution, campagne):
    un_auditeur(campagne, distribution.auditeur, point=distribution.point)
    un_constat(campagne, distribution.auditeur, distribution.point)
    for etat in ("reponse", "decision", "close"):
        campagne = pas(campagne, etat, distribution.union)
    final = Evaluation.objects.get(pk=campagne.evaluation_id)
    sien = _contenu(un_rapport(distribution.union, point=distribution.point, evaluation=final))
    assert sien["constats_d_audits"] == []
    assert (sien["evaluation"]["decision"], len(sien["evaluation"]["signataires"])) == ("Favorable", 2)
    (constat,) = _contenu(un_rapport(distribution.union, point=distribution.point))["constats_d_audits"]
    assert (constat["grade"], constat["suite"]) == ("Non-conformité mineure", "Sans action")
    ailleurs = un_rapport(distribution.union, point=distribution.ailleurs)
    assert _contenu(ailleurs)["constats_d_audits"] == []


def test_what_another_audit_closed_since_the_freezing_is_not_of_before(distribution):
    union, point = distribution.union, distribution.point
    un_calcul()
    plus_tard = timezone.localdate() + timedelta(days=90)  # planned to then, closed sooner
    autre = amener(une_campagne(union, au=plus_tard), "audit", union, [point])
    un_auditeur(autre, distribution.auditeur, point=point)
    un_constat(autre, distribution.auditeur, point)
    gelee = amener(une_campagne(union), "audit", union, [point])
    for etat in ("reponse", "decision", "close"):
        autre = pas(autre, etat, union)
    assert len(_contenu(un_rapport(union, point=point))["constats_d_audits"]) == 1
    siens = un_rapport(union, point=point, evaluation=gelee.evaluation)
    assert _contenu(siens)["constats_d_audits"] == []
    lieu = _client(union).get(reverse("dossier_lieu", args=[gelee.pk, point.code])).content.decode()
    assert "Constats des audits d’avant" not in lieu


def test_no_hand_makes_a_draft_final(distribution, campagne):
    rapport = un_rapport(distribution.union, point=distribution.point, evaluation=campagne.evaluation)
    with pytest.raises(DatabaseError, match="une fois sa campagne close"), transaction.atomic():
        Rapport.objects.filter(pk=rapport.pk).update(definitif=True)


def test_a_draft_does_not_replace_a_final_report(distribution, evaluation_seule):
    point = distribution.point
    final = un_rapport_pret(distribution.union, point=point, evaluation=evaluation_seule, definitif=True)
    un_rapport_pret(distribution.union, point=point)
    assert remplacant(final) is None


@pytest.fixture
def evaluation_seule(distribution) -> Evaluation:
    """Closed by the union outside any campaign, a month ago."""
    return Evaluation.objects.create(
        referentiel_id=1,
        titre="Avant",
        jour=timezone.localdate() - timedelta(days=30),
        arretee_par=distribution.union,
        instantane={},
        empreinte="0" * 64,
        cle="12345678-1234-5678-1234-567812345678",
    )


def _client(personne) -> Client:
    client = Client()
    client.force_login(personne)
    return client


def _lus(client, campagne) -> set[int]:
    page = client.get(reverse("dossier_rapports", args=[campagne.pk]))
    return {r.pk for r in page.context["page"].lignes} if page.status_code == 200 else set()


def test_an_auditor_reads_the_reports_of_the_places_of_the_audit_and_no_other(
    distribution, campagne, evaluation_seule
):
    union, point = distribution.union, distribution.point
    un_point(code="LYO-AUT", nom="Hors échantillon", association=point.association)
    un_auditeur(campagne, distribution.auditeur, association=point.association)
    jour = evaluation_seule.jour
    dedans = [
        un_rapport_pret(union, point=point, evaluation=evaluation_seule, definitif=True, au=jour),
        un_rapport_pret(union, point=point, genre="plan"),
        un_rapport_pret(union, point=point, genre="attestations"),
        un_rapport_pret(union, point=point, evaluation=campagne.evaluation),
    ]
    un_rapport_pret(union, point=point)  # somebody's draft
    un_rapport_pret(union, point=point, genre="plan", au=timezone.localdate() + timedelta(days=1))
    un_rapport_pret(union, point=distribution.ailleurs, genre="plan")
    un_rapport_pret(union, association=point.association, genre="plan")  # of another point too
    un_rapport_pret(union, genre="plan")
    assert _lus(distribution.client("auditeur"), campagne) == {r.pk for r in dedans}


def test_the_auditor_of_the_network_reads_associations_and_the_consolidated_file(distribution, campagne):
    un_auditeur(campagne, alix := une_personne("Alix"))
    siens = [
        un_rapport_pret(distribution.union, association=distribution.point.association, genre="plan"),
        un_rapport_pret(distribution.union, evaluation=campagne.evaluation),
    ]
    un_rapport_pret(distribution.union, association=distribution.ailleurs.association, genre="plan")
    assert _lus(_client(alix), campagne) == {r.pk for r in siens}


def test_a_report_is_read_within_the_dates_of_the_invitation_and_told_each_time(distribution, campagne):
    rapport = un_rapport_pret(distribution.union, point=distribution.point, genre="plan")
    url = reverse("dossier_rapport", args=[campagne.pk, rapport.pk])
    demain = timezone.localdate() + timedelta(days=1)
    un_auditeur(campagne, alix := une_personne("Alix"), point=distribution.point, debut=demain)
    assert _client(alix).get(url).status_code == 404
    un_auditeur(campagne, distribution.auditeur, point=distribution.point)
    client = distribution.client("auditeur")
    assert [client.get(url).status_code for _ in range(2)] == [200, 200]
    dits = EntreeJournal.objects.filter(objet="rapport", objet_id=rapport.pk, acte="telecharger")
    assert [(d.acteur_id, d.apres) for d in dits] == [
        (distribution.auditeur.pk, {"campagne": campagne.pk})
    ] * 2
