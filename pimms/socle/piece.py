"""What the programs that make a PDF are given; apart from them, which need Pango and pyHanko."""

from dataclasses import dataclass, field


class Defaut(Exception):
    """The file is not what it must be; the message is for the log and the administrator."""


@dataclass(frozen=True)
class Piece:
    """A file inside a PDF. `relation`: Source, Data or Supplement, as ISO 19005-3 calls them."""

    nom: str
    octets: bytes
    description: str
    relation: str = "Data"


@dataclass(frozen=True)
class Cachet:
    """A key that was checked (PKCS#8) and its certificate, with those that lead to it: all DER."""

    cle: bytes = field(repr=False)
    certificat: bytes
    autres: tuple[bytes, ...] = ()
