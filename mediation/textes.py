"""What no free text may hold: a social security number, a password."""

import re

from django.core.exceptions import ValidationError

from pimms.socle.textes import refuser_nir

_SECRET = re.compile(
    r"\b(?:mots? de passe|mdp|password|codes? (?:secrets?|pin|confidentiels?|d[’']acc[eè]s))"
    r"\s*(?:est|[:=])\s*\S",
    re.IGNORECASE,
)


def refuser_secret(texte: str) -> None:
    """Raise ValidationError when the text gives a password or a secret code (DEO-7: none is kept)."""
    if texte and _SECRET.search(texte):
        raise ValidationError(
            "Ce texte semble donner un mot de passe ou un code. Aucun ne doit être conservé ici\u202f: "
            "retirez-le, le reste de la saisie est gardé.",
            code="secret",
        )


def verifier_texte(texte: str, champ: str) -> None:
    """Refuse what no free text may hold, with the message beside the field that holds it."""
    try:
        refuser_nir(texte)
        refuser_secret(texte)
    except ValidationError as erreur:
        raise ValidationError({champ: erreur.messages}, code=erreur.code) from erreur
