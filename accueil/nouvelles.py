"""What waits to be seen by a person, counted by the apps above as rights are read: no statement more.

This app doesn't know them: each says what it counts when it starts (`suivre`).
"""

from collections.abc import Callable, Mapping

from django.db.models import QuerySet, Subquery

# Name → rows of one number, for the person that `OuterRef("personne")` stands for; none is zero.
_COMPTES: dict[str, Callable[[], QuerySet]] = {}
PREFIXE = "nouvelles_"


def suivre(nom: str, compte: Callable[[], QuerySet]) -> None:
    """Count this with the rights of whoever is logged in."""
    _COMPTES[nom] = compte


def colonnes() -> dict[str, Subquery]:
    """What to annotate the person's rows of access with."""
    return {PREFIXE + nom: Subquery(compte()) for nom, compte in _COMPTES.items()}


def relever(lignes: list) -> Mapping[str, int]:
    """The counts, from rows annotated so: each row holds the same ones."""
    if not lignes:
        return {}
    return {nom: getattr(lignes[0], PREFIXE + nom) or 0 for nom in _COMPTES}
