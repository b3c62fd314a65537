"""Who represents or interprets leaves: not before what they took part in, freely when nothing rests on it."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pytest_django.asserts import assertContains

from mediation.consentements import Parole, noter_parole, retirer_partie
from mediation.cycle_de_vie import ajouter
from mediation.etapes import EtapeSaisie, annuler_etape, noter_etape
from mediation.models import Etape, Partie, Presence
from tests.mediation.fabrique import un_consentement, un_dossier_engage, une_partie
from tests.mediation.sql import sql


@pytest.fixture
def veille(jour):
    return jour - timedelta(days=1)


def _reunir(moi, cas, *avec):
    saisie = EtapeSaisie("table_ronde", cas[0].point.aujourdhui(), {"resume": "Vus"}, (*cas[1:], *avec))
    return noter_etape(moi, cas[0], saisie)[0]


def _refuse(moi, partie, veille, mots):
    with pytest.raises(ValidationError, match=mots):
        retirer_partie(moi, partie, veille)
    partie.refresh_from_db()
    assert partie.retiree_le is None


def test_an_interpreter_did_not_leave_before_a_meeting(moi, jour, veille, cas):
    interprete = une_partie(cas[0], "Lina", "interprete")
    _reunir(moi, cas, interprete)
    _refuse(moi, interprete, veille, "était présente le")
    retirer_partie(moi, interprete, jour)


def test_a_representative_seen_alone_did_not_leave_before(moi, veille, cas):
    avocate = une_partie(cas[0], "Me Roux", "representant", represente=cas[1])
    noter_etape(moi, cas[0], EtapeSaisie("appel", cas[0].point.aujourdhui(), {"resume": "Vue"}, (avocate,)))
    _refuse(moi, avocate, veille, "était présente le")


def test_a_cancelled_step_holds_nobody(moi, veille, cas):
    interprete = une_partie(cas[0], "Lina", "interprete")
    annuler_etape(moi, _reunir(moi, cas, interprete))
    retirer_partie(moi, interprete, veille)
    interprete.refresh_from_db()
    assert interprete.retiree_le == veille


def test_the_page_says_it_beside_the_day(distribution, moi, veille, cas):
    interprete = une_partie(cas[0], "Lina", "interprete")
    _reunir(moi, cas, interprete)
    url = reverse("partie_retrait", args=[cas[0].reference, interprete.numero])
    reponse = distribution.client("proprietaire").post(url, {"jour": str(veille), "cle": str(uuid.uuid4())})
    assertContains(reponse, "son départ ne peut pas le précéder", status_code=422)


def test_who_represents_an_adult_leaves_though_the_adult_met_the_other(moi, veille, cas):
    avocate = une_partie(cas[0], "Me Roux", "representant", represente=cas[1])
    _reunir(moi, cas)
    retirer_partie(moi, avocate, veille)
    avocate.refresh_from_db()
    assert avocate.retiree_le == veille


def test_a_representative_leaves_once_another_has_spoken_for_the_minor(moi, jour, veille, cas):
    enfant = une_partie(cas[0], "Lou", "autre_partie", protection="mineur")
    mere, pere = (une_partie(cas[0], n, "representant", represente=enfant) for n in ("Ana", "Luc"))
    noter_parole(moi, enfant, Parole("donne", jour - timedelta(days=3), "oral", mere))
    noter_parole(moi, enfant, Parole("donne", jour - timedelta(days=2), "ecrit", pere))
    _reunir(moi, cas, enfant)
    retirer_partie(moi, mere, veille)
    _refuse(moi, pere, veille, "sur sa parole")


def test_who_is_gone_already_is_told_so(moi, jour, veille, cas):
    avocate = une_partie(cas[0], "Me Roux", "representant", represente=cas[1])
    for _ in range(2):
        retirer_partie(moi, avocate, veille)
    with pytest.raises(ValidationError, match="est déjà partie, le"):
        retirer_partie(moi, avocate, jour)


def test_a_party_that_withdrew_is_told_so_too(moi, jour, veille, cas):
    retirer_partie(moi, cas[1], veille)
    with pytest.raises(ValidationError, match="est déjà partie, le"):
        retirer_partie(moi, cas[1], jour)
    assert cas[1].consentements.count() == 2


# --- Model and database accept the same departures ---

JOURS = st.integers(0, 6)
FAITS = st.lists(
    st.tuples(st.sampled_from(("mere", "pere", "enfant", "interprete", "parole_mere", "parole_pere")), JOURS),
    max_size=6,
)


def _arriver(moi, parties, fait, jour) -> None:
    """Something that happened in the case, as rows; what the database refuses never happened."""
    une, enfant = parties["une"], parties["enfant"]
    if fait.startswith("parole_"):
        un_consentement(enfant, moi, jour=jour, donne_par=parties[fait.removeprefix("parole_")])
        return
    etape = Etape(dossier=une.dossier, nature="entretien", jour=jour, auteur=moi, cle=uuid.uuid4())
    ajouter(etape, {})
    presents = [parties[fait]] if fait == "interprete" else [parties[fait], une]
    Presence.objects.bulk_create(Presence(etape=etape, partie=p) for p in presents)


def _accepte(ecrire) -> bool:
    try:
        with transaction.atomic():
            ecrire()
    except (ValidationError, IntegrityError):
        return False
    return True


@given(faits=FAITS, qui=st.sampled_from(("mere", "pere", "interprete")), depart=JOURS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_model_and_database_accept_the_same_departures(distribution, moi, faits, qui, depart):
    with transaction.atomic():
        dossier, une, enfant = un_dossier_engage(moi, distribution.point)
        enfant.protection = "mineur"
        enfant.save()
        parties = {"une": une, "enfant": enfant, "interprete": une_partie(dossier, "Lina", "interprete")}
        for nom in ("mere", "pere"):
            parties[nom] = une_partie(dossier, nom, "representant", represente=enfant)
        premier = distribution.point.aujourdhui() - timedelta(days=6)
        for fait, rang in faits:
            _accepte(lambda f=fait, r=rang: _arriver(moi, parties, f, premier + timedelta(days=r)))
        jour, partie = premier + timedelta(days=depart), Partie.objects.get(pk=parties[qui].pk)
        base = _accepte(lambda: _defaire(partie, jour))
        assert _accepte(lambda: retirer_partie(moi, partie, jour)) is base
        event(f"{qui} {'part' if base else 'reste'}")
        transaction.set_rollback(True)


def _defaire(partie, jour) -> None:
    """The departure by raw SQL, then undone, so that only whether it was accepted remains."""
    sql("UPDATE mediation_partie SET retiree_le = %s WHERE id = %s", jour, partie.pk)
    sql("UPDATE mediation_partie SET retiree_le = NULL WHERE id = %s", partie.pk)
