"""What waits to be seen by a person, counted by the apps above as rights are read: no statement more.

This app doesn't know them: each says what it counts when it starts (`suivre`).
"""

from collections.abc import Mapping

from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

# Name → a SELECT of one number, for the person `accueil_acces.personne_id`. As text: a subquery of the ORM's
# would be built anew at each request, for a tenth of the time that logging a visit takes.
_COMPTES: dict[str, str] = {}
PREFIXE = "nouvelles_"


def suivre(nom: str, compte: str) -> None:
    """Count this with the rights of whoever is logged in."""
    _COMPTES[nom] = compte


def colonnes() -> dict[str, RawSQL]:
    """What to annotate the person's rows of access with."""
    return {
        PREFIXE + nom: RawSQL(compte, (), output_field=IntegerField())  # noqa: S611 — constants of the code
        for nom, compte in _COMPTES.items()
    }


def relever(lignes: list) -> Mapping[str, int]:
    """The counts, from rows annotated so: each row holds the same ones."""
    if not lignes:
        return {}
    return {nom: getattr(lignes[0], PREFIXE + nom) or 0 for nom in _COMPTES}
