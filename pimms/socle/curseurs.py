"""Opaque positions in a list ordered by (day, id), newest first, for pages by key.

A position says only where to start: what may be read is decided by the queryset, so it needs no
signature. Thirteen bytes: direction, day as an ordinal, id.
"""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import date

_FORME = struct.Struct(">?Iq")


class CurseurIllisible(ValueError):
    """The text in the URL is not a position."""


@dataclass(frozen=True)
class Curseur:
    """Just after (older than) that row, or just before it when `remonte`."""

    jour: date
    id: int
    remonte: bool = False

    def __str__(self) -> str:
        octets = _FORME.pack(self.remonte, self.jour.toordinal(), self.id)
        return base64.urlsafe_b64encode(octets).decode().rstrip("=")

    @classmethod
    def lire(cls, texte: str) -> "Curseur":
        """Read a position back. Raises CurseurIllisible for anything that `str()` did not write."""
        try:
            octets = base64.b64decode(texte + "=" * (-len(texte) % 4), altchars=b"-_", validate=True)
            remonte, ordinal, cle = _FORME.unpack(octets)
            curseur = cls(date.fromordinal(ordinal), cle, remonte)
        except (binascii.Error, struct.error, ValueError, OverflowError) as erreur:
            raise CurseurIllisible(texte) from erreur
        if str(curseur) != texte:
            raise CurseurIllisible(texte)
        return curseur
