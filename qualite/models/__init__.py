"""Models of quality: the référentiel and what applies of it."""

from qualite.models.referentiel import (
    Application,
    Exigence,
    Niveau,
    Origine,
    Parametre,
    Referentiel,
    Valeur,
    Verification,
    valeurs_au,
)

__all__ = [
    "Application",
    "Exigence",
    "Niveau",
    "Origine",
    "Parametre",
    "Referentiel",
    "Valeur",
    "Verification",
    "valeurs_au",
]
