"""Models of quality: the référentiel and what applies of it, the charter and its attestations, proofs."""

from qualite.models.charte import Attestation, AttestationPdf, Charte, RappelAttestation
from qualite.models.preuves import EvenementPreuve, FichierPreuve, Preuve, RappelPreuve, VersionPreuve
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
    "EvenementPreuve",
    "Exigence",
    "FichierPreuve",
    "Niveau",
    "Origine",
    "Parametre",
    "Preuve",
    "RappelAttestation",
    "RappelPreuve",
    "Referentiel",
    "Valeur",
    "Verification",
    "VersionPreuve",
    "valeurs_au",
]
