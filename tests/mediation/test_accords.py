"""Agreements: commitments with a due date, followed up; the case's state goes with them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from mediation.accords import EngagementSaisi, constater
from mediation.cycle_de_vie import ModifieEntretemps, changer_etat
from mediation.etapes import EtapeSaisie, annuler_etape, corriger_etape, noter_etape
from mediation.models import Dossier, Engagement
from mediation.parties import supprimer_partie
from tests.mediation.fabrique import un_consentement, un_dossier, un_dossier_engage, une_partie


@pytest.fixture
def cas(distribution):
    return un_dossier_engage(distribution.proprietaire, distribution.point)


def _accord(distribution, parties, engagements, **champs):
    defauts = {"nature": "accord", "jour": distribution.point.aujourdhui(), "textes": {"resume": "Entente"}}
    return EtapeSaisie(parties=parties, engagements=engagements, **defauts | champs)


def _engagement(distribution, partie, texte="Baisser le son après 22 h", dans=15, numero=None):
    return EngagementSaisi(partie, texte, distribution.point.aujourdhui() + timedelta(days=dans), numero)


@pytest.fixture
def accord(distribution, cas):
    dossier, une, autre = cas
    saisie = _accord(distribution, (une, autre), [_engagement(distribution, autre)])
    return noter_etape(distribution.proprietaire, dossier, saisie)[0]


def test_an_agreement_moves_the_case_and_keeps_its_commitments_sealed(accord):
    assert Dossier.objects.get().etat == "accord"
    engagement = Engagement.objects.get()
    assert "22 h" not in str(bytes(engagement.scelle))
    engagement.dossier = accord.dossier
    assert engagement.valeurs() == {"texte": "Baisser le son après 22 h"}


def test_an_agreement_has_a_commitment(distribution, cas):
    with pytest.raises(ValidationError, match="au moins un engagement"):
        noter_etape(distribution.proprietaire, cas[0], _accord(distribution, cas[1:], []))
    assert Dossier.objects.get().etat == "en_cours"


def test_an_agreement_needs_a_mediation_under_way(distribution):
    moi = distribution.proprietaire
    dossier = un_dossier(moi, distribution.point)
    une, autre = une_partie(dossier), une_partie(dossier, "Autre", "autre_partie")
    for partie in (une, autre):
        un_consentement(partie, moi)
    with pytest.raises(ValidationError, match="n’est pas engagée"):
        noter_etape(moi, dossier, _accord(distribution, (une, autre), [_engagement(distribution, une)]))


def test_only_someone_present_commits_themselves(distribution, cas):
    dossier, une, autre = cas
    tiers = une_partie(dossier, "Tiers", "autre_partie")
    with pytest.raises(ValidationError, match="ne participe pas"):
        noter_etape(
            distribution.proprietaire,
            dossier,
            _accord(distribution, (une, autre), [_engagement(distribution, tiers)]),
        )


def test_a_due_date_does_not_precede_the_agreement(distribution, cas):
    dossier, une, autre = cas
    with pytest.raises(ValidationError, match="ne précède pas"):
        noter_etape(
            distribution.proprietaire,
            dossier,
            _accord(distribution, (une, autre), [_engagement(distribution, une, dans=-1)]),
        )


def test_a_commitment_is_reworded_and_another_added(distribution, cas, accord):
    _, une, autre = cas
    engagements = [
        _engagement(distribution, autre, "Baisser le son après 21 h", numero=1),
        _engagement(distribution, une, "Prévenir avant d’appeler"),
    ]
    corriger_etape(
        distribution.proprietaire, accord, _accord(distribution, (une, autre), engagements), version=1
    )
    textes = []
    for engagement in Engagement.objects.order_by("numero"):
        engagement.dossier = accord.dossier
        textes.append(engagement.valeurs()["texte"])
    assert textes == ["Baisser le son après 21 h", "Prévenir avant d’appeler"]


def test_who_committed_themselves_stays_in_the_agreement(distribution, cas, accord):
    dossier, une, _ = cas
    tiers = une_partie(dossier, "Tiers", "autre_partie")
    un_consentement(tiers, distribution.proprietaire)
    with pytest.raises(ValidationError, match="Partie B s’est engagée"):
        corriger_etape(distribution.proprietaire, accord, _accord(distribution, (une, tiers), []), version=1)


def test_a_party_in_an_agreement_is_not_taken_out(distribution, cas, accord):
    with pytest.raises(ValidationError, match="engagée dans un accord"):
        supprimer_partie(distribution.proprietaire, cas[2], cas[2].version)


def test_a_commitment_and_its_party_are_of_one_case(distribution, cas, accord):
    ailleurs = une_partie(un_dossier(distribution.proprietaire, distribution.point))
    Engagement.objects.filter(etape=accord).update(partie=ailleurs)
    with pytest.raises(IntegrityError):
        connection.check_constraints()
    transaction.set_rollback(True)


def test_the_outcome_of_a_commitment_is_recorded_and_may_be_recorded_again(distribution, accord):
    jour = distribution.point.aujourdhui()
    engagement = Engagement.objects.get()
    constater(distribution.proprietaire, engagement, "en_partie", jour)
    constater(distribution.collegue, engagement, "tenu", jour, vue="en_partie")
    engagement.refresh_from_db()
    assert (engagement.suite, engagement.constate_le, engagement.constate_par) == (
        "tenu",
        jour,
        distribution.collegue,
    )


def test_a_second_person_does_not_overwrite_an_outcome(distribution, accord):
    jour, engagement = distribution.point.aujourdhui(), Engagement.objects.get()
    constater(distribution.proprietaire, engagement, "tenu", jour)
    with pytest.raises(ModifieEntretemps):
        constater(distribution.collegue, engagement, "non_tenu", jour)


def test_the_same_outcome_sent_twice_is_one(distribution, accord):
    jour, engagement = distribution.point.aujourdhui(), Engagement.objects.get()
    for _ in range(2):
        constater(distribution.proprietaire, engagement, "tenu", jour)
    engagement.refresh_from_db()
    assert (engagement.suite, engagement.constate_le) == ("tenu", jour)


def test_an_outcome_does_not_precede_the_agreement(distribution, accord):
    hier = distribution.point.aujourdhui() - timedelta(days=1)
    with pytest.raises(ValidationError, match="postérieur"):
        constater(distribution.proprietaire, Engagement.objects.get(), "tenu", hier)


def test_a_case_is_closed_once_each_commitment_has_its_outcome(distribution, cas, accord):
    moi, dossier = distribution.proprietaire, cas[0]
    changer_etat(moi, dossier, "suivi", depuis="accord")
    with pytest.raises(ValidationError, match="sans suite connue"):
        changer_etat(moi, dossier, "clos", depuis="suivi")
    constater(moi, Engagement.objects.get(), "tenu", distribution.point.aujourdhui())
    assert changer_etat(moi, dossier, "clos", depuis="suivi").etat == "clos"


def test_the_agreement_of_a_concluded_case_is_not_cancelled(distribution, cas, accord):
    moi, dossier = distribution.proprietaire, cas[0]
    with pytest.raises(ValidationError, match="reprenez d’abord"):
        annuler_etape(moi, accord)
    changer_etat(moi, dossier, "en_cours", depuis="accord", motif="Accord remis en cause")
    annuler_etape(moi, accord)
    assert Engagement.objects.get().suite == "sans_objet"
