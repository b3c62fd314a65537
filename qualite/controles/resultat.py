"""What a rule answers, and the small helpers that rules share. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from qualite.verdicts import Qui, Verdict

__all__ = ["Lien", "Qui", "Resultat", "Seuils", "Verdict", "sans_objet", "selon", "tous"]

Seuils = Mapping[str, int]


@dataclass(frozen=True)
class Lien:
    """The way to the entries behind a result: an address by name, and what narrows it.

    `sujet`: how the address names its subject: « point » in the query; « code », « association » or « bilan »
    (its key is `cle`) in the path; « » for none. `sur_periode`: the address takes the days looked at.
    """

    nom: str
    texte: str
    filtre: tuple[tuple[str, str], ...] = ()
    sujet: str = "point"
    sur_periode: bool = False
    cle: int | None = None


@dataclass(frozen=True)
class Resultat:
    """One verdict with its measure: `valeur` out of `sur`, `seuil` expected, a sentence, a way in."""

    verdict: str
    phrase: str
    valeur: int | None = None
    seuil: int | None = None
    sur: int | None = None
    qui: str = Qui.RESPONSABLE
    lien: Lien | None = None
    detail: tuple[int, ...] = ()


def selon(reussi: bool) -> str:
    """The verdict of a test that was made."""
    return Verdict.ATTEINT if reussi else Verdict.A_TRAITER


def sans_objet(phrase: str, **champs) -> Resultat:
    return Resultat(Verdict.SANS_OBJET, phrase, **champs)


def tous(bons: int, sur: int, phrase: str, **champs) -> Resultat:
    """Everyone of `sur` must be right."""
    return Resultat(selon(bons >= sur), phrase, valeur=bons, seuil=sur, sur=sur, **champs)
