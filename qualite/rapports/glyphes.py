"""Texts that our fonts can draw: another character shows as ¤, so that no font of the machine is used.

A font found by chance would change the file from one machine to another. The snapshot keeps every
character; the report says how many it could not draw.
"""

import unicodedata
from functools import cache
from typing import Any

from qualite.rapports.atelier import PRESSE

REMPLACANT = "¤"
# Signs that have a neighbour in our fonts.
VOISINS = str.maketrans({"\u2011": "-", "\u2212": "–", "\u2009": "\u202f", "\u2007": "\u00a0", "→": "–"})


@cache
def dessinables() -> frozenset[int]:
    """Code points that one of our fonts draws; line breaks are not drawn, and stay."""
    return PRESSE.appeler("dessinables") | {ord("\n"), ord("\r"), ord("\t")}


def lisibles(valeur: Any) -> tuple[Any, int]:
    """The same JSON value with what can't be drawn replaced, and how many characters were."""
    if isinstance(valeur, str):
        return _texte(valeur)
    if isinstance(valeur, list):
        paires = [lisibles(v) for v in valeur]
        return [v for v, _ in paires], sum(n for _, n in paires)
    if isinstance(valeur, dict):
        paires = [lisibles(v) for v in valeur.values()]
        return dict(zip(valeur, (v for v, _ in paires), strict=True)), sum(n for _, n in paires)
    return valeur, 0


def _texte(texte: str) -> tuple[str, int]:
    connus = dessinables()
    texte = unicodedata.normalize("NFC", texte).translate(VOISINS)
    etrangers = sum(ord(c) not in connus for c in texte)
    if not etrangers:
        return texte, 0
    return "".join(c if ord(c) in connus else REMPLACANT for c in texte), etrangers
