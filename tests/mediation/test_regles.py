"""Rules that hold between the parts of a case: who speaks for whom, mandates, registers, stale forms."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mediation.accords import EngagementSaisi
from mediation.consentements import Parole, noter_parole, retirer_partie
from mediation.cycle_de_vie import ModifieEntretemps, accord_de, ajouter, changer_etat
from mediation.documents import Depot, deposer, retirer
from mediation.etapes import EtapeSaisie, annuler_etape, corriger_etape, noter_etape
from mediation.mandats import MandatSaisi, donner_mandat, revoquer
from mediation.models import Consentement, Etape, Mandat, Partie, PropositionRegistre
from mediation.parties import PartieSaisie, ajouter_partie, modifier_partie, supprimer_partie
from mediation.propositions import decider, proposer
from tests.mediation.fabrique import (
    hors_du_champ,
    un_consentement,
    un_document,
    un_dossier_ancien,
    un_dossier_engage,
    un_pdf,
    une_partie,
)
from tests.mediation.sql import sql


@pytest.fixture
def moi(distribution):
    return distribution.proprietaire


@pytest.fixture
def jour(distribution):
    return distribution.point.aujourdhui()


@pytest.fixture
def cas(distribution, moi):
    return un_dossier_engage(moi, distribution.point)


def _avant(jour, jours):
    return jour - timedelta(days=jours)


# --- Who speaks for whom ---


@pytest.fixture
def enfant(cas):
    return une_partie(cas[0], "Lou", "autre_partie", protection="mineur")


@pytest.fixture
def mere(cas, enfant):
    return une_partie(cas[0], "Ana", "representant", represente=enfant)


def test_a_representative_who_left_speaks_no_more(moi, jour, enfant, mere):
    retirer_partie(moi, mere, _avant(jour, 1))
    with pytest.raises(ValidationError, match="ne parle plus pour cette partie"):
        noter_parole(moi, enfant, Parole("donne", jour, "oral", mere))
    with pytest.raises(IntegrityError), transaction.atomic():
        un_consentement(enfant, moi, donne_par=mere)
    noter_parole(moi, enfant, Parole("donne", _avant(jour, 2), "oral", mere))


def test_what_a_representative_who_left_said_counts_no_more(moi, jour, enfant, mere):
    noter_parole(moi, enfant, Parole("donne", _avant(jour, 3), "oral", mere))
    retirer_partie(moi, mere, _avant(jour, 1))
    assert [accord_de(enfant, _avant(jour, n)) for n in (2, 1, 0)] == ["donne", "", ""]


def test_the_database_counts_it_no_more_either(moi, jour, cas, enfant, mere):
    noter_parole(moi, enfant, Parole("donne", _avant(jour, 3), "oral", mere))
    retirer_partie(moi, mere, _avant(jour, 1))
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT mediation_d_accord(%s, %s), mediation_d_accord(%s, %s)",
            [enfant.pk, _avant(jour, 2), enfant.pk, jour],
        )
        assert curseur.fetchone() == (True, False)


def test_a_representative_did_not_leave_before_an_exchange_that_stands_on_their_word(
    moi, jour, cas, enfant, mere
):
    dossier, une = cas[0], cas[1]
    noter_parole(moi, enfant, Parole("donne", _avant(jour, 3), "oral", mere))
    noter_etape(moi, dossier, EtapeSaisie("table_ronde", jour, {"resume": "Vus"}, (une, enfant)))
    with pytest.raises(ValidationError, match="pris part à un échange"):
        retirer_partie(moi, mere, _avant(jour, 1))
    with pytest.raises(IntegrityError):
        sql("UPDATE mediation_partie SET retiree_le = %s WHERE id = %s", _avant(jour, 1), mere.pk)
    retirer_partie(moi, mere, jour)


def test_a_representative_who_left_is_at_no_later_step(moi, jour, cas, mere):
    retirer_partie(moi, mere, _avant(jour, 1))
    with pytest.raises(ValidationError, match="ne prend plus part"):
        noter_etape(moi, cas[0], EtapeSaisie("appel", jour, {"resume": "Vue"}, (mere,)))
    etape, _ = noter_etape(moi, cas[0], EtapeSaisie("appel", jour, {"resume": "Vue"}))
    with pytest.raises(IntegrityError):
        sql("INSERT INTO mediation_presence (etape_id, partie_id) VALUES (%s, %s)", etape.pk, mere.pk)


def test_a_representative_did_not_leave_before_having_spoken(moi, jour, enfant, mere):
    noter_parole(moi, enfant, Parole("donne", jour, "oral", mere))
    with pytest.raises(ValidationError, match="son départ ne peut pas le précéder"):
        retirer_partie(moi, mere, _avant(jour, 1))
    retirer_partie(moi, mere, jour)


def test_a_representative_who_spoke_stays_in_the_case(moi, jour, enfant, mere):
    noter_parole(moi, enfant, Parole("donne", jour, "oral", mere))
    with pytest.raises(ValidationError, match="a parlé au nom d’une autre partie"):
        supprimer_partie(moi, mere, mere.version)


def test_a_representative_who_spoke_keeps_the_role(moi, jour, cas, enfant, mere):
    noter_parole(moi, enfant, Parole("donne", jour, "oral", mere))
    for saisie in (
        PartieSaisie("interprete", textes={"nom": "Ana"}),
        PartieSaisie("representant", represente=cas[1], textes={"nom": "Ana"}),
    ):
        with pytest.raises(ValidationError, match="a parlé au nom d’une partie"):
            modifier_partie(moi, mere, saisie, version=1)
    with pytest.raises(IntegrityError):
        sql("UPDATE mediation_partie SET represente_id = %s WHERE id = %s", cas[1].pk, mere.pk)


def test_a_representative_deleted_while_the_form_was_open_speaks_for_nobody(moi, jour, enfant, mere):
    Partie.objects.filter(pk=mere.pk).delete()
    with pytest.raises(ValidationError, match="ne représente pas cette partie"):
        noter_parole(moi, enfant, Parole("donne", jour, "oral", mere))
    assert not Consentement.objects.filter(partie=enfant).exists()


def test_the_letter_of_a_party_taken_out_is_not_given_again(moi, cas):
    """A page opened before would otherwise change, or delete, somebody else."""
    saisie = PartieSaisie("autre_partie", textes={"nom": "Erreur"})
    otee, _ = ajouter_partie(moi, cas[0], saisie)
    supprimer_partie(moi, otee, otee.version)
    nouvelle, _ = ajouter_partie(moi, cas[0], PartieSaisie("autre_partie", textes={"nom": "Ana"}))
    assert (otee.pseudonyme, nouvelle.pseudonyme) == ("Partie C", "Partie D")


# --- An agreement is found in a mediation ---


def _accord(cas, jour):
    _, une, autre = cas
    engagement = EngagementSaisi(autre, "Baisser le son", jour)
    return EtapeSaisie("accord", jour, {"resume": "Entente"}, (une, autre), engagements=[engagement])


@pytest.mark.parametrize("issue", ["refuse", "retrait", "hors_champ", "desaccord"])
def test_no_agreement_is_found_once_the_mediation_has_failed(moi, jour, cas, issue):
    if issue == "hors_champ":
        hors_du_champ(moi, cas[0])
    else:
        qui = {"retrait_de": "partie"} if issue == "retrait" else {}
        changer_etat(moi, cas[0], issue, depuis="en_cours", **qui)
    with pytest.raises(ValidationError, match="Reprenez d’abord la médiation"):
        noter_etape(moi, cas[0], _accord(cas, jour))
    with pytest.raises(IntegrityError), transaction.atomic():
        ajouter(Etape(dossier=cas[0], cle=uuid.uuid4(), nature="accord", jour=jour, auteur=moi), {})


def test_a_second_agreement_joins_the_first(moi, jour, cas):
    noter_etape(moi, cas[0], _accord(cas, jour))
    noter_etape(moi, cas[0], _accord(cas, jour))
    assert Etape.objects.filter(nature="accord").count() == 2


def test_the_agreement_of_a_concluded_case_is_not_cancelled_by_raw_sql(moi, jour, cas):
    etape, _ = noter_etape(moi, cas[0], _accord(cas, jour))
    for requete in (
        "UPDATE mediation_etape SET annulee_le = now() WHERE id = %s",
        "UPDATE mediation_etape SET nature = 'appel' WHERE id = %s",
    ):
        with pytest.raises(IntegrityError):
            sql(requete, etape.pk)


def test_a_commitment_that_is_not_of_this_agreement_is_refused(moi, jour, cas):
    etape, _ = noter_etape(moi, cas[0], _accord(cas, jour))
    fausse = EngagementSaisi(cas[1], "Sonner avant", jour, numero=99)
    saisie = EtapeSaisie("accord", jour, {}, cas[1:], engagements=[fausse])
    with pytest.raises(ValidationError, match="n’est pas de cette étape"):
        corriger_etape(moi, etape, saisie, version=1)
    with pytest.raises(ValidationError, match="n’est pas de cette étape"):
        noter_etape(moi, cas[0], saisie)


# --- Mandates ---


@pytest.fixture
def mandat(moi, jour, cas):
    """The first party's, signed, from ten days ago to a month ahead."""
    dossier, une, _ = cas
    mandat, _ = donner_mandat(moi, dossier, MandatSaisi(une, "Écrire", _avant(jour, 10), _avant(jour, -30)))
    mandat.document = un_document(dossier, moi, "mandat")
    mandat.save(update_fields=["document"])
    return mandat


def _demarche(moi, cas, jour, mandat):
    return noter_etape(moi, cas[0], EtapeSaisie("demarche", jour, {"resume": "Fait"}, mandat=mandat))[0]


def test_a_mandate_ends_with_the_departure_of_who_gave_it(moi, jour, cas, mandat):
    retirer_partie(moi, cas[1], _avant(jour, 2))
    mandat.refresh_from_db()
    assert mandat.revoque_le == _avant(jour, 2)
    noter_parole(moi, Partie.objects.get(pk=cas[1].pk), Parole("donne", jour, "oral"))
    mandat.refresh_from_db()
    assert not mandat.vaut_le(jour)


def test_what_was_done_on_the_day_of_the_departure_stands(moi, jour, cas, mandat):
    _demarche(moi, cas, jour, mandat)
    retirer_partie(moi, cas[1], jour)
    mandat.refresh_from_db()
    assert mandat.vaut_le(jour)
    assert not mandat.vaut_le(_avant(jour, -1))


def test_a_departure_does_not_precede_what_was_done_in_one_s_place(moi, jour, cas, mandat):
    _demarche(moi, cas, jour, mandat)
    with pytest.raises(ValidationError, match="Une démarche a été faite sous son mandat"):
        retirer_partie(moi, cas[1], _avant(jour, 1))


def test_who_left_gives_no_mandate(moi, jour, cas):
    retirer_partie(moi, cas[1], jour)
    with pytest.raises(ValidationError, match="ne donne plus de mandat"):
        donner_mandat(moi, cas[0], MandatSaisi(cas[1], "Écrire", jour, jour))


def test_no_mandate_outlives_a_departure_by_raw_sql(moi, jour, cas, mandat):
    with pytest.raises(IntegrityError):
        sql("UPDATE mediation_partie SET retiree_le = %s WHERE id = %s", jour, cas[1].pk)
    retirer_partie(moi, cas[1], jour)
    with pytest.raises(IntegrityError):
        sql("UPDATE mediation_mandat SET revoque_le = NULL WHERE id = %s", mandat.pk)


def test_a_step_names_a_mandate_in_force_even_by_raw_sql(moi, jour, cas, mandat):
    etape = _demarche(moi, cas, jour, mandat)
    with pytest.raises(IntegrityError):
        sql("UPDATE mediation_etape SET jour = %s WHERE id = %s", _avant(jour, 20), etape.pk)
    with pytest.raises(IntegrityError):
        sql("UPDATE mediation_mandat SET revoque_le = %s WHERE id = %s", jour, mandat.pk)


def test_a_mandate_has_one_signed_document(moi, jour, cas):
    dossier, une, _ = cas
    mandat, _ = donner_mandat(moi, dossier, MandatSaisi(une, "Écrire", jour, jour))
    depots = [Depot(uuid.uuid4(), "m.pdf", un_pdf(), "mandat", mandat=mandat) for _ in range(2)]
    premier, _ = deposer(moi, dossier, depots[0])
    with pytest.raises(ValidationError, match="qui attend sa signature"):
        deposer(moi, dossier, depots[1])
    mandat.refresh_from_db()
    assert mandat.document == premier


def test_nothing_is_noted_under_a_mandate_whose_paper_was_erased(moi, jour, cas, mandat):
    Mandat.objects.filter(pk=mandat.pk).update(fin=_avant(jour, 1))
    retirer(moi, mandat.document)
    with pytest.raises(ValidationError, match="n’y est pas joint"):
        _demarche(moi, cas, _avant(jour, 2), mandat)
    etape, _ = noter_etape(moi, cas[0], EtapeSaisie("demarche", _avant(jour, 2), {}))
    with pytest.raises(IntegrityError):
        sql("UPDATE mediation_etape SET mandat_id = %s WHERE id = %s", mandat.pk, etape.pk)


def test_a_correction_keeps_a_mandate_revoked_since(moi, jour, cas, mandat):
    etape = _demarche(moi, cas, _avant(jour, 3), mandat)
    revoquer(moi, mandat, _avant(jour, 1))
    saisie = EtapeSaisie("demarche", _avant(jour, 3), {"resume": "Fait, répondu"}, mandat=mandat)
    corriger_etape(moi, etape, saisie, version=1)
    assert Etape.objects.get().mandat == mandat


# --- Registers ---


def _etape(moi, cas, registre):
    saisie = EtapeSaisie("appel", cas[0].point.aujourdhui(), {"resume": "Vu"}, registre=registre)
    return noter_etape(moi, cas[0], saisie)[0]


def test_a_correction_leaves_the_register_alone(moi, cas):
    etape = _etape(moi, cas, 5)
    corriger_etape(moi, etape, EtapeSaisie("appel", etape.jour, {"resume": "Relu"}, registre=3), version=1)
    assert Etape.objects.get().registre == 5


def test_a_late_change_of_a_step_s_register_is_marked(moi, cas):
    etape = _etape(moi, cas, 5)
    Etape.objects.update(saisie_le=timezone.now() - timedelta(days=31))
    etape.refresh_from_db()
    proposer(moi, etape, 3, "erreur")
    assert PropositionRegistre.objects.get().tardive
    assert Etape.objects.get().registre == 3


def test_the_register_of_its_case_takes_a_step_s_own_one_away(moi, cas):
    etape = _etape(moi, cas, 5)
    proposer(moi, etape, 2, "erreur")
    etape.refresh_from_db()
    assert etape.registre is None
    with pytest.raises(ValidationError, match="déjà son registre"):
        proposer(moi, etape, 2, "erreur")


def test_a_register_does_not_change_by_raw_sql_alone(moi, cas):
    etape = _etape(moi, cas, 5)
    with pytest.raises(IntegrityError, match="par une proposition"):
        sql("UPDATE mediation_etape SET registre = 3 WHERE id = %s", etape.pk)
    with pytest.raises(IntegrityError, match="par une proposition"):
        sql("UPDATE mediation_dossier SET registre = 3 WHERE id = %s", cas[0].pk)


def test_a_step_whose_register_became_that_of_the_case_is_still_corrected(moi, cas):
    etape = _etape(moi, cas, 5)
    proposer(moi, cas[0], 5, "contenu")
    corriger_etape(moi, etape, EtapeSaisie("appel", etape.jour, {"resume": "Relu"}), version=1)
    annuler_etape(moi, etape)
    etape.refresh_from_db()
    assert etape.annulee_le is not None


def test_a_proposal_whose_register_became_that_of_the_case_is_still_decided(distribution, moi, cas):
    etape = _etape(moi, cas, 5)
    proposition = proposer(distribution.responsable, etape, 3, "contenu")
    proposer(moi, cas[0], 3, "contenu")
    decider(moi, proposition, "acceptee")
    assert Etape.objects.get().registre is None


def test_a_second_person_does_not_overwrite_a_step_with_a_new_register(moi, cas):
    etape = _etape(moi, cas, 5)
    proposer(moi, etape, 3, "erreur")
    with pytest.raises(ModifieEntretemps):
        corriger_etape(moi, etape, EtapeSaisie("appel", etape.jour, {}), version=1)


def test_a_step_of_before_its_case_is_refused_by_the_database_too(distribution, moi):
    dossier = un_dossier_ancien(moi, distribution.point, jours=3)
    etape, _ = noter_etape(moi, dossier, EtapeSaisie("appel", dossier.ouvert_le, {}))
    with pytest.raises(IntegrityError):
        sql("UPDATE mediation_etape SET jour = jour - 1 WHERE id = %s", etape.pk)
