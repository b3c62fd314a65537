"""Sealed values: bound to their use, unreadable without the key, found by exact name only."""

import base64
import os
import threading

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from mediation.models import Dossier
from pimms.socle.chiffrement import Coffre, Indechiffrable, index_exact
from pimms.socle.models import CleDonnees
from tests.mediation.fabrique import un_dossier


@given(st.binary(max_size=400), st.text(max_size=20))
def test_what_is_sealed_opens_again_for_the_same_use(octets, usage):
    coffre = Coffre(b"k" * 32)
    assert coffre.ouvrir(usage, coffre.sceller(usage, octets)) == octets


def test_a_value_moved_to_another_use_does_not_open():
    coffre = Coffre(b"k" * 32)
    with pytest.raises(Indechiffrable):
        coffre.ouvrir("partie.identite:2", coffre.sceller("partie.identite:1", b"Mme Martin"))


@given(st.integers(min_value=0, max_value=60), st.integers(min_value=1, max_value=255))
def test_an_altered_value_does_not_open(place, masque):
    coffre = Coffre(b"k" * 32)
    scelle = bytearray(coffre.sceller("u", b"un texte assez long pour tout toucher"))
    scelle[place % len(scelle)] ^= masque
    with pytest.raises(Indechiffrable):
        coffre.ouvrir("u", bytes(scelle))


def test_sealing_twice_gives_two_different_values():
    coffre = Coffre(b"k" * 32)
    assert coffre.sceller("u", b"x") != coffre.sceller("u", b"x")


def test_a_name_is_found_whatever_its_case_accents_and_order():
    assert index_exact("1", "Benaïssa Léa") == index_exact("1", "LEA BENAISSA")


def test_the_same_name_at_two_points_has_two_fingerprints():
    assert index_exact("1", "Léa Benaïssa") != index_exact("2", "Léa Benaïssa")


def test_rotation_keeps_what_was_sealed_readable(db, settings, capsys):
    cle = CleDonnees.creer()
    scelle = cle.coffre.sceller("u", b"Mme Martin")
    settings.CLES_CHIFFREMENT = {"neuve": os.urandom(32), **settings.CLES_CHIFFREMENT}
    call_command("renouveler_cles")
    rangee = CleDonnees.objects.get(pk=cle.pk)
    assert rangee.nom == "neuve"
    assert rangee.coffre.ouvrir("u", scelle) == b"Mme Martin"
    assert "0 restent" in capsys.readouterr().out


def test_keys_are_renewed_while_people_write_and_read(transactional_db, distribution, settings):
    """No write, no reading fails; afterwards the old key is of no use any more."""
    neuve, erreurs, faits, fini = os.urandom(32), [], [], threading.Event()
    acteur, point = distribution.proprietaire, distribution.point
    faits.append(un_dossier(acteur, point).pk)

    def travailler() -> None:
        try:
            while not fini.is_set():
                faits.append(un_dossier(acteur, point).pk)
                for dossier in Dossier.objects.select_related("cle_donnees"):
                    assert dossier.valeurs()["objet"] == "Bruit la nuit"
        except Exception as erreur:
            erreurs.append(erreur)
        finally:
            connection.close()

    fil = threading.Thread(target=travailler)
    fil.start()
    settings.CLES_CHIFFREMENT = {"neuve": neuve, **settings.CLES_CHIFFREMENT}
    try:
        for _ in range(3):
            call_command("renouveler_cles")
    finally:
        fini.set()
        fil.join()
    call_command("renouveler_cles")
    settings.CLES_CHIFFREMENT = {"neuve": neuve}
    lus = [d.valeurs()["objet"] for d in Dossier.objects.select_related("cle_donnees")]
    assert (erreurs, lus) == ([], ["Bruit la nuit"] * len(faits))


def test_without_its_key_nothing_opens(db, settings):
    cle = CleDonnees.creer()
    scelle = cle.coffre.sceller("u", b"Mme Martin")
    settings.CLES_CHIFFREMENT = {"autre": base64.b64decode("A" * 43 + "=")}
    with pytest.raises(Indechiffrable):
        CleDonnees.objects.get(pk=cle.pk).coffre.ouvrir("u", scelle)
