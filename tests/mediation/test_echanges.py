"""Exchanges between parties: what they are, and each one's agreement before, by the model and by raw SQL."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediation.consentements import retirer_partie
from mediation.cycle_de_vie import accord_de, ajouter
from mediation.etapes import EtapeSaisie, corriger_etape, noter_etape
from mediation.models import Etape, Partie, Presence
from mediation.parties import PartieSaisie, modifier_partie
from mediation.passations import declarer_conflit, passer_la_main
from tests.mediation.fabrique import un_consentement, un_dossier_ancien, un_dossier_engage, une_partie
from tests.mediation.sql import sql

SEPAREES = [n for n in Etape.Nature if n not in Etape.ECHANGES]


@pytest.fixture
def dossier(distribution, moi):
    return un_dossier_ancien(moi, distribution.point, jours=30)


@pytest.fixture
def parties(dossier, moi):
    """The first has agreed, the second has said nothing."""
    une, autre = une_partie(dossier), une_partie(dossier, "M. Voisin", "autre_partie")
    un_consentement(une, moi, jour=dossier.ouvert_le)
    return une, autre


def _saisie(dossier, nature, parties, **champs):
    defauts = {"jour": dossier.point.aujourdhui(), "textes": {"resume": "Vu"}}
    return EtapeSaisie(nature=nature, parties=parties, **defauts | champs)


def _etape(dossier, nature="entretien", **champs):
    """A step as raw rows would write it, nobody being there yet."""
    defauts = {"jour": dossier.point.aujourdhui(), "auteur": dossier.mediateur, "cle": uuid.uuid4()}
    etape = Etape(dossier=dossier, nature=nature, **defauts | champs)
    ajouter(etape, {})
    return etape


def _reunir(etape, parties) -> None:
    Presence.objects.bulk_create(Presence(etape=etape, partie=p) for p in parties)


# --- Two parties at one step are an exchange, whatever its kind ---


@pytest.mark.parametrize("nature", SEPAREES)
def test_two_parties_together_are_an_exchange_whatever_the_kind(dossier, parties, moi, nature):
    with pytest.raises(ValidationError, match="Sans l’accord de Partie B"):
        noter_etape(moi, dossier, _saisie(dossier, nature, parties))
    un_consentement(parties[1], moi)
    noter_etape(moi, dossier, _saisie(dossier, nature, parties))


@pytest.mark.parametrize("nature", SEPAREES)
def test_each_party_may_be_seen_alone_before_any_agreement(dossier, parties, moi, nature):
    noter_etape(moi, dossier, _saisie(dossier, nature, parties[1:]))
    assert Presence.objects.get().partie == parties[1]


def test_a_representative_there_for_the_other_party_makes_an_exchange(dossier, parties, moi):
    avocate = une_partie(dossier, "Me Roux", "representant", represente=parties[1])
    with pytest.raises(ValidationError, match="Sans l’accord de Partie B"):
        noter_etape(moi, dossier, _saisie(dossier, "entretien", (parties[0], avocate)))
    un_consentement(parties[1], moi)
    noter_etape(moi, dossier, _saisie(dossier, "table_ronde", (parties[0], avocate)))


def test_one_party_with_its_representative_and_an_interpreter_is_no_exchange(dossier, parties, moi):
    avec = (
        parties[1],
        une_partie(dossier, "Me Roux", "representant", represente=parties[1]),
        une_partie(dossier, "Lina", "interprete"),
    )
    noter_etape(moi, dossier, _saisie(dossier, "entretien", avec))
    assert Presence.objects.count() == 3


def test_a_correction_does_not_bring_in_a_party_that_did_not_agree(dossier, parties, moi):
    etape, _ = noter_etape(moi, dossier, _saisie(dossier, "entretien", parties[:1]))
    with pytest.raises(ValidationError, match="Sans l’accord de Partie B"):
        corriger_etape(moi, etape, _saisie(dossier, "entretien", parties), version=1)


def test_nor_does_raw_sql(dossier, parties, moi):
    etape, _ = noter_etape(moi, dossier, _saisie(dossier, "entretien", parties[:1]))
    ajout = "INSERT INTO mediation_presence (etape_id, partie_id) VALUES (%s, %s)"
    with pytest.raises(IntegrityError):
        sql(ajout, etape.pk, parties[1].pk)
    un_consentement(parties[1], moi)
    sql(ajout, etape.pk, parties[1].pk)


def test_both_rows_of_one_statement_are_seen(dossier, parties):
    with pytest.raises(IntegrityError), transaction.atomic():
        _reunir(_etape(dossier), parties)


def test_a_cancelled_step_does_not_come_back_as_a_meeting(dossier, parties, moi):
    etape, _ = noter_etape(moi, dossier, _saisie(dossier, "entretien", parties[:1]))
    sql("UPDATE mediation_etape SET annulee_le = now() WHERE id = %s", etape.pk)
    for requete in (
        "UPDATE mediation_etape SET nature = 'table_ronde' WHERE id = %s",
        "UPDATE mediation_etape SET annulee_le = NULL WHERE id = %s",
        "UPDATE mediation_etape SET jour = jour - 1 WHERE id = %s",
    ):
        with pytest.raises(IntegrityError):
            sql(requete, etape.pk)


def test_a_withdrawal_does_not_precede_an_interview_with_the_other_party(distribution, dossier, parties, moi):
    un_consentement(parties[1], moi, jour=dossier.ouvert_le)
    noter_etape(moi, dossier, _saisie(dossier, "visite", parties))
    with pytest.raises(ValidationError, match="a pris part à un échange"):
        retirer_partie(moi, parties[1], distribution.point.aujourdhui() - timedelta(days=1))


# --- Who changes role after having been there ---


@pytest.fixture
def avec_interprete(dossier, parties, moi):
    """An interview of the first party, its interpreter being there."""
    interprete = une_partie(dossier, "Lina", "interprete")
    noter_etape(moi, dossier, _saisie(dossier, "entretien", (parties[0], interprete)))
    return interprete


def test_an_interpreter_does_not_become_a_party_of_past_meetings(avec_interprete, moi):
    saisie = PartieSaisie(role="autre_partie", textes={"nom": "Lina"})
    with pytest.raises(ValidationError, match="serait un échange sans l’accord de chacun"):
        modifier_partie(moi, avec_interprete, saisie, version=1)
    with pytest.raises(IntegrityError):
        sql("UPDATE mediation_partie SET role = 'autre_partie' WHERE id = %s", avec_interprete.pk)


def test_an_interpreter_does_not_become_the_other_party_s_representative(avec_interprete, parties, moi):
    saisie = PartieSaisie(role="representant", represente=parties[1], textes={"nom": "Lina"})
    with pytest.raises(ValidationError, match="serait un échange"):
        modifier_partie(moi, avec_interprete, saisie, version=1)


def test_an_interpreter_who_met_nobody_may_become_a_party(dossier, moi):
    interprete = une_partie(dossier, "Lina", "interprete")
    modifier_partie(moi, interprete, PartieSaisie(role="demandeur", textes={"nom": "Lina"}), version=1)
    assert Partie.objects.get().principale


# --- Minors and protected adults ---


@pytest.mark.parametrize("protection", ["mineur", "protege"])
def test_one_who_turns_out_to_be_protected_has_no_agreement_of_their_own(dossier, parties, moi, protection):
    une, autre = parties
    un_consentement(autre, moi)
    modifier_partie(
        moi, une, PartieSaisie(role="demandeur", protection=protection, textes={"nom": "Lou"}), version=1
    )
    une.refresh_from_db()
    assert accord_de(une, dossier.point.aujourdhui()) == ""
    with pytest.raises(ValidationError, match="celui de qui représente la personne"):
        noter_etape(moi, dossier, _saisie(dossier, "table_ronde", parties))
    with pytest.raises(IntegrityError), transaction.atomic():
        _reunir(_etape(dossier), parties)
    mere = une_partie(dossier, "Ana", "representant", represente=une)
    un_consentement(une, moi, donne_par=mere)
    noter_etape(moi, dossier, _saisie(dossier, "table_ronde", parties))


def test_a_minor_s_own_agreement_is_not_stored(dossier, moi):
    enfant = une_partie(dossier, "Lou", protection="mineur")
    with pytest.raises(IntegrityError), transaction.atomic():
        un_consentement(enfant, moi)


def test_someone_who_represents_another_agrees_for_nobody_else(dossier, parties, moi):
    autre = une_partie(dossier, "Me Roux", "representant", represente=parties[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        un_consentement(parties[0], moi, donne_par=autre)


# --- A conflict of interest that waits ---


def test_no_exchange_is_noted_while_a_conflict_waits(distribution, moi):
    dossier, *parties = un_dossier_engage(moi, distribution.point)
    declarer_conflit(moi, dossier, "Je connais la voisine")
    with pytest.raises(ValidationError, match="conflit d’intérêts est déclaré"):
        noter_etape(moi, dossier, _saisie(dossier, "navette", parties))
    with pytest.raises(IntegrityError), transaction.atomic():
        _reunir(_etape(dossier), parties)
    noter_etape(moi, dossier, _saisie(dossier, "appel", parties[:1]))
    passer_la_main(moi, dossier, distribution.collegue, "Conflit", de=moi.pk)
    noter_etape(distribution.collegue, dossier, _saisie(dossier, "navette", parties))


def test_an_exchange_of_before_the_conflict_may_still_be_noted(distribution, moi):
    dossier, *parties = un_dossier_engage(moi, distribution.point)
    declarer_conflit(moi, dossier, "")
    hier = distribution.point.aujourdhui() - timedelta(days=1)
    etape, nouvelle = noter_etape(moi, dossier, _saisie(dossier, "navette", parties, jour=hier))
    assert (nouvelle, etape.jour) == (True, hier)


# --- Whatever is written, in whatever order ---

NOMS = ("une", "autre", "avocate", "interprete")
GESTES = st.one_of(
    st.tuples(st.just("present"), st.integers(0, 1), st.sampled_from(NOMS)),
    st.tuples(st.just("absent"), st.integers(0, 1), st.sampled_from(NOMS)),
    st.tuples(st.just("nature"), st.integers(0, 1), st.sampled_from(list(Etape.Nature))),
    st.tuples(st.just("jour"), st.integers(0, 1), st.integers(0, 12)),
    st.tuples(st.just("annulee"), st.integers(0, 1), st.booleans()),
    st.tuples(st.just("accord"), st.sampled_from(("une", "autre")), st.integers(0, 12)),
    st.tuples(st.just("role"), st.sampled_from(("avocate", "interprete")), st.booleans()),
)
PRESENCES = {
    "present": "INSERT INTO mediation_presence (etape_id, partie_id) VALUES (%s, %s)",
    "absent": "DELETE FROM mediation_presence WHERE etape_id = %s AND partie_id = %s",
}


def _geste(geste, a, b, etapes, parties, moi) -> None:
    """One write by raw SQL, past every named function; what the database refuses leaves nothing."""
    if geste in PRESENCES:
        sql(PRESENCES[geste], etapes[a].pk, parties[b].pk)
    elif geste == "nature":
        sql("UPDATE mediation_etape SET nature = %s WHERE id = %s", b, etapes[a].pk)
    elif geste == "jour":
        jour = etapes[a].dossier.ouvert_le + timedelta(days=b)
        sql("UPDATE mediation_etape SET jour = %s WHERE id = %s", jour, etapes[a].pk)
    elif geste == "annulee":
        quand = timezone.now() if b else None
        sql("UPDATE mediation_etape SET annulee_le = %s WHERE id = %s", quand, etapes[a].pk)
    elif geste == "accord":
        with transaction.atomic():
            un_consentement(parties[a], moi, jour=etapes[0].dossier.ouvert_le + timedelta(days=b))
    else:
        role, represente = ("representant", parties["autre"].pk) if b else ("interprete", None)
        sql(
            "UPDATE mediation_partie SET role = %s, represente_id = %s WHERE id = %s",
            role, represente, parties[a].pk,
        )  # fmt: skip


def _sans_accord(etape) -> bool:
    """Whether a step brings together two sides of which one had not agreed by then (a naive recount)."""
    presents = [s.partie for s in etape.presences.select_related("partie")]
    cotes = {p.represente_id or p.pk for p in presents if p.role != "interprete"}
    if len(cotes) < 2 and etape.nature not in ("navette", "table_ronde", "accord"):
        return False
    return any(
        not Partie.objects.get(pk=pk).consentements.filter(etat="donne", jour__lte=etape.jour).exists()
        for pk in cotes
    )


@given(gestes=st.lists(GESTES, min_size=4, max_size=16))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_of_writes_stores_an_exchange_without_agreement(distribution, moi, gestes):
    with transaction.atomic():
        dossier = un_dossier_ancien(moi, distribution.point, jours=20)
        parties = {"une": une_partie(dossier), "autre": une_partie(dossier, "Autre", "autre_partie")}
        parties["avocate"] = une_partie(dossier, "Me Roux", "representant", represente=parties["autre"])
        parties["interprete"] = une_partie(dossier, "Lina", "interprete")
        etapes = [_etape(dossier, jour=dossier.ouvert_le + timedelta(days=6)) for _ in range(2)]
        for geste in gestes:
            try:
                _geste(*geste, etapes, parties, moi)
            except IntegrityError:
                continue
            assert not any(_sans_accord(e) for e in Etape.objects.filter(annulee_le=None, dossier=dossier))
        transaction.set_rollback(True)
