"""Authenticated encryption of what the database must not hold in clear.

Each owner of private values (a mediation case) has a data key of its own, stored wrapped by a key of
the environment: rotation wraps data keys again and rewrites no value, and erasing one data key makes
all that it sealed unreadable, backups included once their own keys are gone.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; keys wrapped after RFC 3394. A sealed value
is bound to its use (table, column, number), so that it can't be moved to another place.
"""

import hashlib
import hmac
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from django.conf import settings

from pimms.socle.textes import cle_tri

_VERSION = b"\x01"
_NONCE = 12  # bytes


class Indechiffrable(Exception):
    """The value was altered or moved, or the key that sealed it is not the one at hand."""


class Coffre:
    """Seals and opens the private values of one owner with its data key (32 bytes)."""

    def __init__(self, cle: bytes) -> None:
        self._aes = AESGCM(cle)

    def sceller(self, usage: str, octets: bytes) -> bytes:
        """Encrypt bytes for one use, for instance `partie.identite:3`."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._aes.encrypt(nonce, octets, usage.encode())

    def ouvrir(self, usage: str, scelle: bytes | memoryview) -> bytes:
        """Decrypt what `sceller` gave for the same use; raises Indechiffrable otherwise."""
        scelle = bytes(scelle)
        if scelle[:1] != _VERSION:
            raise Indechiffrable(usage)
        try:
            return self._aes.decrypt(scelle[1 : 1 + _NONCE], scelle[1 + _NONCE :], usage.encode())
        except InvalidTag as erreur:
            raise Indechiffrable(usage) from erreur

    def sceller_valeurs(self, usage: str, valeurs: dict[str, Any]) -> bytes:
        """Encrypt a small dict of JSON values."""
        return self.sceller(usage, json.dumps(valeurs, ensure_ascii=False).encode())

    def ouvrir_valeurs(self, usage: str, scelle: bytes | memoryview | None) -> dict[str, Any]:
        """Decrypt a dict; an erased (empty) value is an empty dict."""
        return json.loads(self.ouvrir(usage, scelle)) if scelle else {}


def nouvelle_cle() -> tuple[str, bytes]:
    """A new data key: the name of the environment's key, and the data key wrapped by it."""
    nom = next(iter(settings.CLES_CHIFFREMENT))
    return nom, aes_key_wrap(settings.CLES_CHIFFREMENT[nom], os.urandom(32))


def _deballer(nom: str, enveloppe: bytes) -> bytes:
    cle = settings.CLES_CHIFFREMENT.get(nom)
    if cle is None:
        raise Indechiffrable(f"clé {nom} absente de l’environnement")
    try:
        return aes_key_unwrap(cle, enveloppe)
    except InvalidUnwrap as erreur:
        raise Indechiffrable(f"clé {nom}") from erreur


def coffre(nom: str, enveloppe: bytes | memoryview) -> Coffre:
    """The safe of a wrapped data key."""
    return Coffre(_deballer(nom, bytes(enveloppe)))


def remballer(nom: str, enveloppe: bytes | memoryview) -> tuple[str, bytes]:
    """Wrap a data key again with the environment's first key."""
    courante = next(iter(settings.CLES_CHIFFREMENT))
    return courante, aes_key_wrap(settings.CLES_CHIFFREMENT[courante], _deballer(nom, bytes(enveloppe)))


def index_exact(domaine: str, texte: str) -> bytes:
    """Keyed fingerprint (HMAC-SHA-256) by which an exact name is found without being readable.

    Case, accents and the order of the words don't matter. `domaine` keeps fingerprints of two
    places (two points) apart, so that nobody can tell from the tables that a name is in both.
    """
    mots = " ".join(sorted(cle_tri(texte).split()))
    return hmac.digest(settings.CLE_INDEX, f"{domaine}\x1f{mots}".encode(), hashlib.sha256)
