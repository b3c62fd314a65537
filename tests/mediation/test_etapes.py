"""Steps: no exchange without agreement, dates in order, notes sealed apart, nothing overwritten."""

import uuid
from datetime import time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from mediation.consentements import retirer_partie
from mediation.cycle_de_vie import ModifieEntretemps, changer_etat
from mediation.documents import Depot, deposer
from mediation.etapes import EtapeSaisie, annuler_etape, corriger_etape, noter_etape
from mediation.mandats import MandatSaisi, donner_mandat, revoquer
from mediation.models import Dossier, Etape, Presence
from pimms.socle.models import EntreeJournal
from tests.fabrique import un_partenaire
from tests.mediation.fabrique import un_consentement, un_dossier_ancien, un_pdf, une_partie


@pytest.fixture
def dossier(distribution):
    return un_dossier_ancien(distribution.proprietaire, distribution.point, jours=30)


@pytest.fixture
def parties(distribution, dossier):
    """Two parties: the first has agreed ten days ago, the second has said nothing."""
    une, autre = une_partie(dossier), une_partie(dossier, "M. Voisin", "autre_partie")
    un_consentement(une, distribution.proprietaire, jour=_il_y_a(distribution, 10))
    return une, autre


def _il_y_a(distribution, jours):
    return distribution.point.aujourdhui() - timedelta(days=jours)


def _saisie(distribution, nature="entretien", il_y_a=0, **champs):
    textes = {"resume": "Vu ensemble", "prive": "Très en colère"}
    return EtapeSaisie(nature=nature, jour=_il_y_a(distribution, il_y_a), **{"textes": textes} | champs)


def test_private_notes_and_summary_are_sealed_apart(distribution, dossier):
    etape, neuve = noter_etape(distribution.proprietaire, dossier, _saisie(distribution))
    assert neuve
    assert etape.valeurs() == {"resume": "Vu ensemble", "prive": "Très en colère"}
    assert "colère" not in str(list(EntreeJournal.objects.values()))


@pytest.mark.parametrize("nature", ["navette", "table_ronde"])
def test_an_exchange_without_agreement_is_refused_with_why(distribution, dossier, parties, nature):
    with pytest.raises(ValidationError, match="Sans l’accord de Partie B"):
        noter_etape(distribution.proprietaire, dossier, _saisie(distribution, nature, parties=parties))
    assert not Etape.objects.exists()


def test_an_exchange_is_between_two_parties(distribution, dossier, parties):
    with pytest.raises(ValidationError, match="au moins deux parties"):
        noter_etape(distribution.proprietaire, dossier, _saisie(distribution, "navette", parties=parties[:1]))


def test_an_exchange_after_both_agreed_is_noted(distribution, dossier, parties):
    un_consentement(parties[1], distribution.proprietaire)
    etape, _ = noter_etape(
        distribution.proprietaire, dossier, _saisie(distribution, "table_ronde", parties=parties)
    )
    assert set(etape.parties.all()) == set(parties)


def test_an_agreement_given_later_does_not_cover_an_earlier_exchange(distribution, dossier, parties):
    un_consentement(parties[1], distribution.proprietaire)
    with pytest.raises(ValidationError, match="Sans l’accord de Partie B"):
        noter_etape(
            distribution.proprietaire, dossier, _saisie(distribution, "table_ronde", 3, parties=parties)
        )


def test_a_step_does_not_become_an_exchange_by_correction(distribution, dossier, parties):
    etape, _ = noter_etape(distribution.proprietaire, dossier, _saisie(distribution, parties=parties[1:]))
    with pytest.raises(ValidationError, match="Sans l’accord de Partie B"):
        corriger_etape(
            distribution.proprietaire, etape, _saisie(distribution, "table_ronde", parties=parties), version=1
        )


def test_nor_by_raw_sql(distribution, dossier, parties):
    etape, _ = noter_etape(distribution.proprietaire, dossier, _saisie(distribution, parties=parties[1:]))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("UPDATE mediation_etape SET nature = 'table_ronde' WHERE id = %s", [etape.pk])
    un_consentement(parties[1], distribution.proprietaire)
    with connection.cursor() as curseur:
        curseur.execute("UPDATE mediation_etape SET nature = 'table_ronde' WHERE id = %s", [etape.pk])


@pytest.mark.parametrize(("il_y_a", "message"), [(-1, "pas encore venu"), (31, "n’est ouvert que depuis")])
def test_a_day_out_of_order_is_refused(distribution, dossier, il_y_a, message):
    with pytest.raises(ValidationError, match=message):
        noter_etape(distribution.proprietaire, dossier, _saisie(distribution, il_y_a=il_y_a))


def test_an_hour_to_come_is_refused(distribution, dossier):
    with pytest.raises(ValidationError, match="pas encore venue"):
        noter_etape(distribution.proprietaire, dossier, _saisie(distribution, heure=time(23, 59, 59)))


def test_a_closed_case_takes_no_step(distribution, dossier):
    moi = distribution.proprietaire
    changer_etat(moi, dossier, "oriente", depuis="demande", partenaire=un_partenaire())
    changer_etat(moi, dossier, "clos", depuis="oriente")
    with pytest.raises(ValidationError, match="rouvrez-le"):
        noter_etape(moi, dossier, _saisie(distribution))


def test_a_late_entry_is_marked(distribution, dossier):
    etape, _ = noter_etape(distribution.proprietaire, dossier, _saisie(distribution, il_y_a=9))
    assert etape.retard == 9


def test_the_case_s_own_register_is_not_a_secondary_one(distribution, dossier):
    with pytest.raises(ValidationError, match="registre du dossier"):
        noter_etape(distribution.proprietaire, dossier, _saisie(distribution, registre=dossier.registre))


def test_a_step_sent_twice_is_one(distribution, dossier):
    cle = uuid.uuid4()
    for _ in range(2):
        noter_etape(distribution.proprietaire, dossier, _saisie(distribution, cle=cle))
    assert Etape.objects.count() == 1
    autre = une_partie(dossier)
    for change in ({"textes": {}}, {"parties": [autre]}):
        with pytest.raises(ValidationError, match="déjà été enregistré"):
            noter_etape(distribution.proprietaire, dossier, _saisie(distribution, cle=cle, **change))


def test_a_party_of_another_case_takes_no_part(distribution, dossier):
    ailleurs = une_partie(un_dossier_ancien(distribution.proprietaire, distribution.point))
    with pytest.raises(ValidationError, match="de ce dossier"):
        noter_etape(distribution.proprietaire, dossier, _saisie(distribution, parties=[ailleurs]))
    etape, _ = noter_etape(distribution.proprietaire, dossier, _saisie(distribution))
    with pytest.raises(IntegrityError), transaction.atomic():
        Presence.objects.create(etape=etape, partie=ailleurs)


def test_a_correction_changes_who_took_part_and_tells_the_journal(distribution, dossier, parties):
    un_consentement(parties[1], distribution.proprietaire)
    etape, _ = noter_etape(distribution.proprietaire, dossier, _saisie(distribution, parties=parties))
    nouvelle = _saisie(distribution, "appel", 2, parties=parties[:1], textes={"resume": "Mot secret"})
    corriger_etape(distribution.proprietaire, etape, nouvelle, version=1)
    etape = Etape.objects.get()
    assert (etape.nature, etape.retard, etape.version) == ("appel", 2, 2)
    assert list(etape.parties.all()) == [parties[0]]
    ligne = EntreeJournal.objects.get(acte="corriger")
    assert ligne.apres["nature"] == "appel"
    assert ligne.apres["textes"] == "modifié"


def test_a_second_person_does_not_overwrite_a_step(distribution, dossier):
    etape, _ = noter_etape(distribution.proprietaire, dossier, _saisie(distribution))
    corriger_etape(distribution.responsable, etape, _saisie(distribution, "appel"), version=1)
    with pytest.raises(ModifieEntretemps):
        corriger_etape(distribution.proprietaire, etape, _saisie(distribution, "visite"), version=1)


def test_a_colleague_does_not_correct_somebody_else_s_step(distribution, dossier):
    etape, _ = noter_etape(distribution.proprietaire, dossier, _saisie(distribution))
    with pytest.raises(ValidationError, match="se corrige par"):
        corriger_etape(distribution.collegue, etape, _saisie(distribution, "appel"), version=1)


def test_a_meeting_that_one_left_can_still_be_corrected(distribution, dossier, parties):
    """One leaves in the middle of a meeting; its summary is written in the evening."""
    moi, jour = distribution.proprietaire, distribution.point.aujourdhui()
    un_consentement(parties[1], moi)
    saisie = _saisie(distribution, "table_ronde", parties=parties)
    etape, _ = noter_etape(moi, dossier, saisie)
    retirer_partie(moi, parties[1], jour)
    corriger_etape(
        moi, etape, _saisie(distribution, "table_ronde", parties=parties, textes={"resume": "Interrompue"}), 1
    )
    assert Etape.objects.get().version == 2


def test_a_withdrawal_does_not_precede_an_exchange(distribution, dossier, parties):
    un_consentement(parties[1], distribution.proprietaire, jour=_il_y_a(distribution, 10))
    noter_etape(distribution.proprietaire, dossier, _saisie(distribution, "navette", 1, parties=parties))
    with pytest.raises(ValidationError, match="a pris part à un échange"):
        retirer_partie(distribution.proprietaire, parties[1], _il_y_a(distribution, 2))


def test_a_cancelled_step_stays_and_is_not_corrected(distribution, dossier):
    etape, _ = noter_etape(distribution.proprietaire, dossier, _saisie(distribution))
    for _ in range(2):
        annuler_etape(distribution.proprietaire, etape)
    etape = Etape.objects.get()
    assert etape.annulee_le
    with pytest.raises(ValidationError, match="est annulée"):
        corriger_etape(distribution.proprietaire, etape, _saisie(distribution), version=etape.version)


def test_something_done_in_one_s_place_needs_a_signed_mandate_in_force(distribution, dossier, parties):
    moi, jour = distribution.proprietaire, distribution.point.aujourdhui()
    mandat, _ = donner_mandat(
        moi, dossier, MandatSaisi(parties[0], "Écrire à la CAF", jour, jour + timedelta(days=30))
    )
    demarche = _saisie(distribution, "demarche", mandat=mandat)
    with pytest.raises(ValidationError, match="le document signé n’y est pas joint"):
        noter_etape(moi, dossier, demarche)
    deposer(moi, dossier, Depot(uuid.uuid4(), "m.pdf", un_pdf(), "mandat", mandat=mandat))
    mandat.refresh_from_db()
    etape, _ = noter_etape(moi, dossier, demarche)
    assert etape.mandat == mandat
    with pytest.raises(ValidationError, match="Une démarche a été faite"):
        revoquer(moi, mandat, jour)


def test_who_does_not_read_the_case_notes_nothing(distribution, dossier):
    for role in ("etranger", "direction", "union", "auditeur"):
        with pytest.raises(Dossier.DoesNotExist):
            noter_etape(getattr(distribution, role), dossier, _saisie(distribution))
