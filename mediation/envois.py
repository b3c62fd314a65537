"""One sending of a form, one row: a replay finds it again, another content under its key is refused."""

import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model

from accueil.models import Utilisateur

T = TypeVar("T", bound=Model)


def deja_recu(
    modele: type[T], auteur: Utilisateur, cle: uuid.UUID | None, champ: str = "saisi_par"
) -> T | None:
    """The row that this person's form already gave, if there is one; the case's lock is held."""
    if cle is None:
        return None
    return modele._default_manager.filter(**{champ: auteur, "cle": cle}).first()


def exiger_meme(
    recue: Model, dossier_id: int | None, textes: Mapping[str, Any] | None = None, **colonnes
) -> None:
    """Refuse a key that comes back with another content: nothing tells which one was meant.

    `textes` are the sealed values as typed, `colonnes` the columns to compare, by attribute.
    """
    meme = getattr(recue, "dossier_id", dossier_id) == dossier_id
    meme = meme and all(getattr(recue, nom) == valeur for nom, valeur in colonnes.items())
    if meme and textes is not None:
        meme = recue.valeurs() == utiles(textes)  # type: ignore[attr-defined]
    if not meme:
        raise ValidationError(
            "Ce formulaire a déjà été enregistré, avec un autre contenu. Rien n’a été changé\u202f: "
            "revenez au dossier pour voir ce qui y est, et modifiez-le au besoin.",
            code="rejeu",
        )


def utiles(textes: Mapping[str, Any]) -> dict[str, Any]:
    """Texts that hold something, as they are sealed."""
    return {c: v for c, v in textes.items() if v not in ("", None)}
