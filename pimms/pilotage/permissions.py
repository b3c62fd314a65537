"""Who may do what: one table, role × object × act (`permissions.txt`), that tests hold to every URL."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

FICHIER = Path(__file__).with_name("permissions.txt")
# The third stands for every stranger.
COLONNES = ("Médiateur", "Responsable", "Responsable d’un autre point", "Direction", "Union", "Auditeur")
POUR_TOUS = "*"  # the section of what depends on no role


class Droit(StrEnum):
    """What a role gets; the value is the word of the file."""

    OUI = "oui"
    SIENS = "siens"
    CHEZ_SOI = "chez_soi"
    CODES = "codes"
    NON = "non"

    @property
    def mot(self) -> str:
        return MOTS[self]

    @property
    def ton(self) -> str:
        """The tone of the pill that shows it."""
        return {Droit.OUI: "pin", Droit.SIENS: "bleu", Droit.CODES: "bleu"}.get(self, "")


MOTS = {
    Droit.OUI: "oui",
    Droit.SIENS: "les siens",
    Droit.CHEZ_SOI: "chez soi",
    Droit.CODES: "sans noms",
    Droit.NON: "non",
}


@dataclass(frozen=True)
class Permission:
    """One line: an object, what is done with it, what each role gets, the URLs that do it."""

    objet: str
    acte: str
    droits: tuple[Droit, ...]
    pages: tuple[str, ...]

    @property
    def cellules(self) -> list[tuple[str, Droit]]:
        return list(zip(COLONNES, self.droits, strict=True))


@dataclass(frozen=True)
class Table:
    """The lines by section, and the URLs that no role opens or closes."""

    sections: dict[str, list[Permission]]
    pour_tous: frozenset[str]

    @property
    def lignes(self) -> list[Permission]:
        return [ligne for lignes in self.sections.values() for ligne in lignes]


@cache
def lire() -> Table:
    """The table of the file."""
    sections: dict[str, list[Permission]] = {}
    pour_tous: set[str] = set()
    section = POUR_TOUS
    for ligne in FICHIER.read_text(encoding="utf-8").splitlines():
        if not ligne or ligne.startswith("#"):
            continue
        if ligne.startswith("["):
            section = ligne.strip("[]")
        elif section == POUR_TOUS:
            pour_tous.update(ligne.split())
        else:
            objet, acte, droits, pages = (partie.strip() for partie in ligne.split("|"))
            permission = Permission(
                objet, acte, tuple(Droit(d) for d in droits.split()), tuple(pages.split())
            )
            sections.setdefault(section, []).append(permission)
    return Table(sections, frozenset(pour_tous))
