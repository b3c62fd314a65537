"""Models of quality: référentiel, charter, proofs, findings, actions, people, sessions, what is heard."""

from qualite.models.actions import ActionCorrective, EvenementAction, Provenance, RappelAction
from qualite.models.charte import Attestation, AttestationPdf, Charte, RappelAttestation
from qualite.models.constats import Calcul, Changement, Constat, Evaluation, PreuveArretee, Sujet
from qualite.models.decisions import Avancement, SansObjet, Travail
from qualite.models.droits import DemandeDroits
from qualite.models.ecrits import EtatSaisine, RappelSaisine
from qualite.models.incidents import Incident
from qualite.models.personnel import FormationSuivie, Qualification, Tutorat
from qualite.models.pratiques import BonnePratique
from qualite.models.preuves import EvenementPreuve, FichierPreuve, Preuve, RappelPreuve, VersionPreuve
from qualite.models.reclamations import Reclamation
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
from qualite.models.satisfaction import Avis, CommentaireAvis, Questionnaire, Visage
from qualite.models.seances import PointSeance, PresenceSeance, SeanceCollective

__all__ = [
    "ActionCorrective",
    "Application",
    "Attestation",
    "AttestationPdf",
    "Avancement",
    "Avis",
    "BonnePratique",
    "Calcul",
    "Changement",
    "Charte",
    "CommentaireAvis",
    "Constat",
    "DemandeDroits",
    "EtatSaisine",
    "Evaluation",
    "EvenementAction",
    "EvenementPreuve",
    "Exigence",
    "FichierPreuve",
    "FormationSuivie",
    "Incident",
    "Niveau",
    "Origine",
    "Parametre",
    "PointSeance",
    "PresenceSeance",
    "Preuve",
    "PreuveArretee",
    "Provenance",
    "Qualification",
    "Questionnaire",
    "RappelAction",
    "RappelAttestation",
    "RappelPreuve",
    "RappelSaisine",
    "Reclamation",
    "Referentiel",
    "SansObjet",
    "SeanceCollective",
    "Sujet",
    "Travail",
    "Tutorat",
    "Valeur",
    "Verification",
    "VersionPreuve",
    "Visage",
    "valeurs_au",
]
