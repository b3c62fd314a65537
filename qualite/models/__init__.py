"""Models of quality: the référentiel and what applies of it, the charter, proofs, findings."""

from qualite.models.charte import Attestation, AttestationPdf, Charte, RappelAttestation
from qualite.models.constats import Calcul, Changement, Constat, Evaluation
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
    "Calcul",
    "Changement",
    "Charte",
    "Constat",
    "Evaluation",
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
