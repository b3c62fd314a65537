"""A file that travels inside a PDF; apart from `pimms.socle.pdf`, which needs Pango."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """A file inside a PDF. `relation`: Source, Data or Supplement, as ISO 19005-3 calls them."""

    nom: str
    octets: bytes
    description: str
    relation: str = "Data"
