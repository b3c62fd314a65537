"""The common gesture of the named writes: check, save, journal, in one transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
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
_DERIVEES = {"nom_tri"}  # computed by `save` from other columns


def refus_de_contrainte(modele: type[models.Model], nom: str | None) -> ValidationError:
    """What to say of a database constraint, by its name; of two periods, beside the first day."""
    for contrainte in modele._meta.constraints:
        propre = contrainte.violation_error_message != contrainte.default_violation_error_message
        if contrainte.name == nom and propre:
            periode = isinstance(contrainte, ExclusionConstraint)
            message = str(contrainte.get_violation_error_message())
            return ValidationError({"debut" if periode else NON_FIELD_ERRORS: [message]})
    return ValidationError(
        {NON_FIELD_ERRORS: ["C’est déjà enregistré, ou cela ne va pas avec ce qui l’est déjà."]}
    )


@contextmanager
def integrite_lisible(modele: type[models.Model]) -> Iterator[None]:
    """Open a transaction; a constraint that refuses at the last moment becomes a ValidationError."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as erreur:
        nom = getattr(getattr(erreur.__cause__, "diag", None), "constraint_name", None)
        raise refus_de_contrainte(modele, nom) from erreur


def etat(objet: models.Model) -> dict[str, Any]:
    """The stored fields of a row, by column, without those that no one wants to read."""
    return {
        champ.attname: getattr(objet, champ.attname)
        for champ in objet._meta.concrete_fields
        if champ.attname not in _SANS_INTERET
    }


def _textes(objet: models.Model) -> frozenset[str]:
    """Free text of a row: as said above, or by the model of an app that stands on this one."""
    return TEXTES.get(objet._meta.model_name or "", frozenset()) | getattr(
        objet, "TEXTES_LIBRES", frozenset()
    )


def _point_id(objet: models.Model) -> int | None:
    if objet._meta.model_name == "pointaccueil":
        return objet.pk
    return getattr(objet, "point_id", None)


def _changements(objet: models.Model, actuel: dict[str, Any]) -> dict[str, Any]:
    """Columns that were changed since the row was read, with their new values.

    The others take their present value: someone else may have changed them meanwhile.
    """
    lu = getattr(objet, "lu", None) or actuel
    voulu = etat(objet)
    for colonne, valeur in actuel.items():
        if colonne in lu and voulu[colonne] == lu[colonne]:
            setattr(objet, colonne, valeur)
    return {c: v for c, v in etat(objet).items() if v != actuel[c]}


def _colonnes(objet: models.Model, changees: Iterable[str]) -> list[str]:
    """The columns to write: those changed, and the sort key that follows from them."""
    connues = {champ.attname for champ in objet._meta.concrete_fields}
    return [*changees, *(_DERIVEES & connues)]


def enregistrer(acteur: Utilisateur | None, objet: T, acte: str = "") -> T:
    """Save a new or changed row with its journal entry; nothing is written when nothing changed.

    Only the columns changed since the row was read are written, so that two people at once lose
    nothing of each other's. `acte` defaults to « creer » or « modifier ». Raises ValidationError when
    a constraint refuses.
    """
    with integrite_lisible(type(objet)):
        if objet.pk is None:
            objet.save(force_insert=True)
            apres = {c: v for c, v in etat(objet).items() if v not in (None, "")}
            apres = {c: MODIFIE if c in _textes(objet) else v for c, v in apres.items()}
            journaliser(acteur, acte or "creer", objet, point_id=_point_id(objet), apres=apres)
            return objet
        actuel = etat(type(objet)._base_manager.select_for_update().get(pk=objet.pk))
        changements = _changements(objet, actuel)
        if changements:
            objet.save(update_fields=_colonnes(objet, changements))
            avant, apres = differences(actuel, changements, _textes(objet))
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
