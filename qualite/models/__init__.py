"""Models of quality: the référentiel and what applies of it, the charter and its attestations."""

from qualite.models.charte import Attestation, AttestationPdf, Charte, RappelAttestation
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
    "Attestation",
    "AttestationPdf",
    "Charte",
    "Exigence",
    "Niveau",
    "Origine",
    "Parametre",
    "RappelAttestation",
    "Referentiel",
    "Valeur",
    "Verification",
    "valeurs_au",
]
