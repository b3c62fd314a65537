"""No illegal state can be stored, whatever the sequence, through the model or by raw SQL."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediation.cycle_de_vie import ModifieEntretemps, changer_etat
from mediation.etats import PAR_PAIRE, TRANSFERT, Etat
from mediation.models import Dossier
from tests.fabrique import un_partenaire
from tests.mediation.fabrique import un_consentement, un_dossier, une_partie

COUPS = st.lists(st.sampled_from(list(Etat)), min_size=1, max_size=8)


@pytest.fixture
def dossier(distribution):
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    un_consentement(une_partie(dossier), distribution.proprietaire)
    return dossier


def _precisions(vers, partenaire):
    return {
        "motif": "Repris à la demande des parties",
        "partenaire": partenaire if vers == Etat.ORIENTE else None,
        "retrait_de": "partie" if vers == Etat.RETRAIT else "",
    }


@given(coups=COUPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_moves_through_the_model_follow_the_table(distribution, dossier, coups):
    with transaction.atomic():
        for vers in coups:
            avant = Dossier.objects.get(pk=dossier.pk)
            try:
                changer_etat(
                    distribution.proprietaire,
                    dossier,
                    vers,
                    depuis=avant.etat,
                    **_precisions(vers, un_partenaire()),
                )
            except ValidationError:
                assert Dossier.objects.get(pk=dossier.pk).etat == avant.etat
            else:
                assert (avant.etat, vers) in PAR_PAIRE
        connection.check_constraints()
        transaction.set_rollback(True)


def _forcer(dossier, vers, issue):
    with connection.cursor() as curseur:
        curseur.execute(
            "UPDATE mediation_dossier SET etat = %s, issue = %s,"
            " clos_le = CASE WHEN %s = 'clos' THEN ouvert_le END WHERE id = %s",
            [vers, issue, vers, dossier.pk],
        )
    connection.check_constraints()


@given(coups=COUPS, issue=st.sampled_from(["", "accord", "retrait", TRANSFERT]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_moves_by_raw_sql_are_refused_without_their_event(dossier, coups, issue):
    with transaction.atomic():
        for vers in coups:
            avant = Dossier.objects.get(pk=dossier.pk).etat
            if avant == vers:
                continue
            with pytest.raises(IntegrityError), transaction.atomic():
                _forcer(dossier, vers, issue)
            assert Dossier.objects.get(pk=dossier.pk).etat == avant
        transaction.set_rollback(True)


def test_a_case_cannot_be_inserted_in_another_state(dossier):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO mediation_dossier (point_id, reference, annee, numero, cle, cle_donnees_id,"
            " ouvert_par_id, ouvert_le, cree_le, mediateur_id, registre, theme_id, urgence, origine,"
            " restreint, etat, issue, version)"
            " SELECT point_id, 'X-1', annee, 999, gen_random_uuid(), cle_donnees_id, ouvert_par_id,"
            " ouvert_le, cree_le, mediateur_id, registre, theme_id, urgence, origine, restreint, 'accord',"
            " 'accord', 1 FROM mediation_dossier WHERE id = %s",
            [dossier.pk],
        )


def test_a_mediation_does_not_begin_without_the_agreement_of_who_asks(distribution):
    moi = distribution.proprietaire
    dossier = un_dossier(moi, distribution.point)
    une_partie(dossier)
    changer_etat(moi, dossier, Etat.PRISE_DE_CONTACT, depuis="demande")
    with pytest.raises(ValidationError, match="L’accord de la partie"):
        changer_etat(moi, dossier, Etat.EN_COURS, depuis="prise_de_contact")


def test_a_second_person_learns_that_the_state_has_changed(distribution, dossier):
    changer_etat(distribution.proprietaire, dossier, Etat.PRISE_DE_CONTACT, depuis="demande")
    with pytest.raises(ModifieEntretemps):
        changer_etat(distribution.collegue, dossier, Etat.PRISE_DE_CONTACT, depuis="demande")


def test_a_mediateur_who_withdraws_says_why_and_proposes_a_relay(distribution, dossier):
    with pytest.raises(ValidationError, match="propose un relais"):
        changer_etat(
            distribution.proprietaire,
            dossier,
            Etat.RETRAIT,
            depuis="demande",
            motif="Je connais la partie",
            retrait_de="mediateur",
        )


def test_a_stranger_cannot_move_a_case(distribution, dossier):
    with pytest.raises(Dossier.DoesNotExist):
        changer_etat(distribution.etranger, dossier, Etat.PRISE_DE_CONTACT, depuis="demande")


def test_the_events_and_the_agreements_are_only_added(dossier):
    for requete in (
        "UPDATE mediation_evenement SET de = ''",
        "DELETE FROM mediation_evenement",
        "DELETE FROM mediation_consentement",
        "DELETE FROM mediation_dossier",
        "UPDATE mediation_transition SET motif = false",
    ):
        with (
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as c,
        ):
            c.execute(requete)
