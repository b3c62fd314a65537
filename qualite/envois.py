"""A form sent twice is one row; another content under its key is refused: nothing tells which was meant."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

AUTRE_CONTENU = (
    "Ce formulaire a déjà été enregistré, avec un autre contenu. Rien n’a été changé\u202f: "
    "ouvrez une page neuve pour recommencer."
)


def exiger_meme(recue: Model, colonnes: Mapping[str, Any]) -> None:
    """Raise ValidationError unless the row already received has these values, by attribute."""
    if any(getattr(recue, nom) != valeur for nom, valeur in colonnes.items()):
        raise ValidationError(AUTRE_CONTENU, code="rejeu")
