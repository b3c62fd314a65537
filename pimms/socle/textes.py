"""Checks and keys for text: social security numbers are refused, French names get a sort key."""

import re
import unicodedata

from django.core.exceptions import ValidationError

# Sex, year, month (or pseudo-month), département (2A/2B included), commune, order, optional key.
_NIR = re.compile(
    r"(?<![0-9A-Za-z])([12378])[\s.\-]?(\d{2})[\s.\-]?(\d{2})[\s.\-]?(\d{2}|2[ABab])[\s.\-]?(\d{3})"
    r"[\s.\-]?(\d{3})[\s.\-]?(\d{2})?(?![0-9A-Za-z])"
)
MESSAGE_NIR = (
    "Ce texte contient un numéro de sécurité sociale. Aucun ne doit être conservé ici : "
    "retirez-le, le reste de la saisie est gardé."
)


def _est_nir(groupes: tuple[str | None, ...]) -> bool:
    sexe, annee, mois, departement, commune, ordre, cle = groupes
    numero_mois = int(mois or 0)
    if cle is None:
        # Thirteen digits alone have no key to tell them from a reference of another kind:
        # only a real month and possible département and order make them a NIR.
        return 1 <= numero_mois <= 12 and departement != "00" and "000" not in (commune, ordre)
    if not (1 <= numero_mois <= 12 or 20 <= numero_mois <= 42 or numero_mois >= 50):
        return False
    numero = f"{sexe}{annee}{mois}{departement}{commune}{ordre}".upper()
    corse = 1_000_000 if "A" in numero else 2_000_000 if "B" in numero else 0
    valeur = int(numero.replace("A", "0").replace("B", "0")) - corse
    return 97 - valeur % 97 == int(cle)


def contient_nir(texte: str) -> bool:
    """Say whether a text holds a social security number (NIR): 13 digits, or 15 with a valid key.

    Pattern and key are those that INSEE publishes; 2A and 2B count as 19 and 18 for the key
    (the number minus 1 000 000 or 2 000 000 with the letter read as 0).
    """
    return any(_est_nir(m.groups()) for m in _NIR.finditer(texte))


def refuser_nir(texte: str) -> None:
    """Raise ValidationError with a French message when the text holds a NIR."""
    if texte and contient_nir(texte):
        raise ValidationError(MESSAGE_NIR, code="nir")


def cle_tri(nom: str) -> str:
    """Sort key of a French name: no accents, no case, ligatures opened, punctuation as space."""
    ouvert = nom.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    sans_accents = "".join(c for c in unicodedata.normalize("NFD", ouvert) if unicodedata.category(c) != "Mn")
    return " ".join(re.sub(r"[^0-9a-z]+", " ", sans_accents.casefold()).split())
