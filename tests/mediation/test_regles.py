"""Rules that hold between the parts of a case: agreements that are found, registers, stale forms."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from mediation.accords import EngagementSaisi
from mediation.cycle_de_vie import ModifieEntretemps, ajouter, changer_etat
from mediation.etapes import EtapeSaisie, annuler_etape, corriger_etape, noter_etape
from mediation.models import Etape, PropositionRegistre
from mediation.propositions import decider, proposer
from tests.mediation.fabrique import (
    hors_du_champ,
    un_dossier_ancien,
)
from tests.mediation.sql import sql


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


def _etape(moi, cas, registre):
    saisie = EtapeSaisie("appel", cas[0].point.aujourdhui(), {"resume": "Vu"}, registre=registre)
    return noter_etape(moi, cas[0], saisie)[0]


def test_a_correction_leaves_the_register_alone(moi, cas):
    etape = _etape(moi, cas, 5)
    corriger_etape(moi, etape, EtapeSaisie("appel", etape.jour, {"resume": "Relu"}, registre=3), version=1)
    assert Etape.objects.get().registre == 5


def test_a_late_change_of_a_step_s_register_is_marked(moi, cas):
    etape = _etape(moi, cas, 5)
    Etape.objects.update(saisie_le=timezone.localtime() - timedelta(days=31))
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
