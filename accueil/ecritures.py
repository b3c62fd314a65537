"""The common gesture of the named writes: check, save, journal, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from accueil.models import Utilisateur
from pimms.socle.journal import MODIFIE, differences, journaliser

T = TypeVar("T", bound=models.Model)

# What a person typed freely, or what names or touches someone: told as « modifié » only, for the
# journal is never erased.
TEXTES: dict[str, frozenset[str]] = {
    "utilisateur": frozenset({"email", "prenom", "nom"}),
    "association": frozenset({"adresse", "telephone", "courriel"}),
    "pointaccueil": frozenset({"adresse", "telephone"}),
    "fermeture": frozenset({"motif"}),
    "journeemobile": frozenset({"lieu"}),
    "absence": frozenset({"motif"}),
}
_SANS_INTERET = frozenset({"id", "nom_tri", "password", "last_login", "cree_le"})


def message_de_contrainte(modele: type[models.Model], nom: str | None) -> str:
    """The French message of a database constraint, by its name."""
    for contrainte in modele._meta.constraints:
        propre = contrainte.violation_error_message != contrainte.default_violation_error_message
        if contrainte.name == nom and propre:
            return str(contrainte.get_violation_error_message())
    return "C’est déjà enregistré, ou cela ne va pas avec ce qui l’est déjà."


@contextmanager
def integrite_lisible(modele: type[models.Model]) -> Iterator[None]:
    """Open a transaction; a constraint that refuses at the last moment becomes a ValidationError."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as erreur:
        nom = getattr(getattr(erreur.__cause__, "diag", None), "constraint_name", None)
        raise ValidationError({NON_FIELD_ERRORS: [message_de_contrainte(modele, nom)]}) from erreur


def etat(objet: models.Model) -> dict[str, Any]:
    """The stored fields of a row, by column, without those that no one wants to read."""
    return {
        champ.attname: getattr(objet, champ.attname)
        for champ in objet._meta.concrete_fields
        if champ.attname not in _SANS_INTERET
    }


def _textes(objet: models.Model) -> frozenset[str]:
    return TEXTES.get(objet._meta.model_name or "", frozenset())


def _point_id(objet: models.Model) -> int | None:
    if objet._meta.model_name == "pointaccueil":
        return objet.pk
    return getattr(objet, "point_id", None)


def enregistrer(acteur: Utilisateur | None, objet: T, acte: str = "") -> T:
    """Save a new or changed row with its journal entry; nothing is written when nothing changed.

    `acte` defaults to « creer » or « modifier ». Raises ValidationError when a constraint refuses.
    """
    with integrite_lisible(type(objet)):
        if objet.pk is None:
            objet.save(force_insert=True)
            apres = {c: v for c, v in etat(objet).items() if v not in (None, "")}
            apres = {c: MODIFIE if c in _textes(objet) else v for c, v in apres.items()}
            journaliser(acteur, acte or "creer", objet, point_id=_point_id(objet), apres=apres)
            return objet
        ancien = type(objet)._base_manager.select_for_update().get(pk=objet.pk)
        avant, apres = differences(etat(ancien), etat(objet), _textes(objet))
        if apres:
            objet.save()
            journaliser(
                acteur, acte or "modifier", objet, point_id=_point_id(objet), avant=avant, apres=apres
            )
    return objet


def retirer(acteur: Utilisateur | None, objet: models.Model) -> None:
    """Delete a row that announced something (never an entry of activity), with its journal entry."""
    with transaction.atomic():
        avant = {c: MODIFIE if c in _textes(objet) and v else v for c, v in etat(objet).items()}
        journaliser(acteur, "supprimer", objet, point_id=_point_id(objet), avant=avant)
        objet.delete()
