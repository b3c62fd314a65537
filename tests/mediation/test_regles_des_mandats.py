"""Mandates: whose they are, until when, what is done under them, their paper."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from mediation.consentements import Parole, noter_parole, retirer_partie
from mediation.documents import Depot, deposer, retirer
from mediation.etapes import EtapeSaisie, corriger_etape, noter_etape
from mediation.mandats import MandatSaisi, donner_mandat, revoquer
from mediation.models import Etape, Mandat, Partie
from tests.mediation.fabrique import (
    avant,
    un_document,
    un_pdf,
)
from tests.mediation.sql import sql


@pytest.fixture
def mandat(moi, jour, cas):
    """The first party's, signed, from ten days ago to a month ahead."""
    dossier, une, _ = cas
    mandat, _ = donner_mandat(moi, dossier, MandatSaisi(une, "Écrire", avant(jour, 10), avant(jour, -30)))
    mandat.document = un_document(dossier, moi, "mandat")
    mandat.save(update_fields=["document"])
    return mandat


def _demarche(moi, cas, jour, mandat):
    return noter_etape(moi, cas[0], EtapeSaisie("demarche", jour, {"resume": "Fait"}, mandat=mandat))[0]


def test_a_mandate_ends_with_the_departure_of_who_gave_it(moi, jour, cas, mandat):
    retirer_partie(moi, cas[1], avant(jour, 2))
    mandat.refresh_from_db()
    assert mandat.revoque_le == avant(jour, 2)
    noter_parole(moi, Partie.objects.get(pk=cas[1].pk), Parole("donne", jour, "oral"))
    mandat.refresh_from_db()
    assert not mandat.vaut_le(jour)


def test_what_was_done_on_the_day_of_the_departure_stands(moi, jour, cas, mandat):
    _demarche(moi, cas, jour, mandat)
    retirer_partie(moi, cas[1], jour)
    mandat.refresh_from_db()
    assert mandat.vaut_le(jour)
    assert not mandat.vaut_le(avant(jour, -1))


def test_a_departure_does_not_precede_what_was_done_in_one_s_place(moi, jour, cas, mandat):
    _demarche(moi, cas, jour, mandat)
    with pytest.raises(ValidationError, match="Une démarche a été faite sous son mandat"):
        retirer_partie(moi, cas[1], avant(jour, 1))


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
        sql("UPDATE mediation_etape SET jour = %s WHERE id = %s", avant(jour, 20), etape.pk)
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
    Mandat.objects.filter(pk=mandat.pk).update(fin=avant(jour, 1))
    retirer(moi, mandat.document)
    with pytest.raises(ValidationError, match="n’y est pas joint"):
        _demarche(moi, cas, avant(jour, 2), mandat)
    etape, _ = noter_etape(moi, cas[0], EtapeSaisie("demarche", avant(jour, 2), {}))
    with pytest.raises(IntegrityError):
        sql("UPDATE mediation_etape SET mandat_id = %s WHERE id = %s", mandat.pk, etape.pk)


def test_a_correction_keeps_a_mandate_revoked_since(moi, jour, cas, mandat):
    etape = _demarche(moi, cas, avant(jour, 3), mandat)
    revoquer(moi, mandat, avant(jour, 1))
    saisie = EtapeSaisie("demarche", avant(jour, 3), {"resume": "Fait, répondu"}, mandat=mandat)
    corriger_etape(moi, etape, saisie, version=1)
    assert Etape.objects.get().mandat == mandat
