"""A sealed stream of any length: a backup is encrypted while it is made, and read again piece by piece.

AES-256-GCM by pieces of a mebibyte under a key of the file's own (HKDF). Each piece is bound to its place,
the last one to its being the last: a piece changed, moved, repeated or missing at the end doesn't open.
"""

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MARQUE = b"PIMMS-FLUX-1\n"
MORCEAU = 1024 * 1024
_SEL, _SURPLUS = 16, 16  # bytes of the salt, of a piece's tag


class FluxIllisible(Exception):
    """Altered, cut short, of another key, or not such a file."""


def _aes(cle: bytes, sel: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, sel, MARQUE).derive(cle))


class Sortie(Protocol):
    """Where bytes go."""

    def write(self, octets: bytes, /) -> object: ...


class Scelleur:
    """Writes what it is given, sealed; `finir` writes the last piece."""

    def __init__(self, cle: bytes, sortie: Sortie) -> None:
        sel = os.urandom(_SEL)
        self._aes, self._sortie, self._reste, self._rang = _aes(cle, sel), sortie, bytearray(), 0
        sortie.write(MARQUE + sel)

    def write(self, octets: bytes) -> None:
        self._reste += octets
        while len(self._reste) > MORCEAU:
            self._morceau(bytes(self._reste[:MORCEAU]), dernier=False)
            del self._reste[:MORCEAU]

    def finir(self) -> None:
        self._morceau(bytes(self._reste), dernier=True)

    def _morceau(self, octets: bytes, *, dernier: bool) -> None:
        nonce = struct.pack(">IQ", 0, self._rang)
        scelle = self._aes.encrypt(nonce, octets, bytes([dernier]))
        self._sortie.write(struct.pack(">?I", dernier, len(scelle)) + scelle)
        self._rang += 1


def ouvrir(cle: bytes, entree: BinaryIO) -> Iterator[bytes]:
    """The pieces, each checked before it is given; raises FluxIllisible."""
    if entree.read(len(MARQUE)) != MARQUE:
        raise FluxIllisible("ce n’est pas une sauvegarde")
    aes, rang, dernier = _aes(cle, entree.read(_SEL)), 0, False
    while not dernier:
        tete = entree.read(5)
        if len(tete) < 5:
            raise FluxIllisible("la fin manque")
        dernier, taille = struct.unpack(">?I", tete)
        if taille > MORCEAU + _SURPLUS:
            raise FluxIllisible("un morceau est altéré")
        try:
            yield aes.decrypt(struct.pack(">IQ", 0, rang), entree.read(taille), bytes([dernier]))
        except InvalidTag as erreur:
            raise FluxIllisible("un morceau est altéré, ou la clé n’est pas la bonne") from erreur
        rang += 1
