"""The charter's text: kept in plain lines, hashed, cut into titles, items and paragraphs to be read."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PROPOSITION = Path(__file__).parent / "donnees" / "charte_proposee.txt"


@dataclass
class Morceau:
    """One block of the text: `titre`, `sous_titre`, `liste` (of `points`) or `paragraphe`."""

    nature: str
    texte: str = ""
    points: list[str] = field(default_factory=list)


def normaliser(texte: str) -> str:
    """The text as it is kept and hashed: NFC, single line ends, no blank at the ends of lines."""
    lignes = [ligne.rstrip() for ligne in unicodedata.normalize("NFC", texte).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lignes)).strip()


def empreinte(texte: str) -> str:
    """sha256 of the text in UTF-8, in hexadecimal."""
    return hashlib.sha256(texte.encode()).hexdigest()


def proposition() -> str:
    """The text offered for the first version, in the network's own words: nine principles."""
    return normaliser(PROPOSITION.read_text(encoding="utf-8"))


def morceaux(texte: str) -> Iterator[Morceau]:
    """Cut a text: « # » begins a title, « ## » a smaller one, « - » an item; the rest is paragraphs."""
    for bloc in re.split(r"\n\s*\n", texte.strip()):
        lignes = bloc.splitlines()
        if bloc.startswith("## "):
            yield Morceau("sous_titre", bloc[3:].strip())
        elif bloc.startswith("# "):
            yield Morceau("titre", bloc[2:].strip())
        elif all(ligne.startswith("- ") for ligne in lignes):
            yield Morceau("liste", points=[ligne[2:].strip() for ligne in lignes])
        else:
            yield Morceau("paragraphe", " ".join(lignes))
