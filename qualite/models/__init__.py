"""Models of quality: référentiel, charter, proofs, findings, actions, people, sessions, what is heard,
campaigns, what audits find, and reports."""

from qualite.models.actions import ActionCorrective, EvenementAction, Provenance, RappelAction
from qualite.models.archives import ArchiveAssociation, EtatArchive, MotifArchive
from qualite.models.audits import (
    ConstatAudit,
    Grade,
    NoteAudit,
    ReponseConstat,
    SuiteConstat,
)
from qualite.models.campagnes import Campagne, Echeance, EvenementCampagne
from qualite.models.charte import Attestation, AttestationPdf, Charte, RappelAttestation
from qualite.models.conservation import PassageConservation
from qualite.models.constats import Calcul, Changement, Constat, Evaluation, PreuveArretee, Sujet
from qualite.models.decisions import Avancement, SansObjet, Travail
from qualite.models.droits import DemandeDroits
from qualite.models.echantillons import AccesCampagne, JourneeAudit, PointCampagne, Tirage
from qualite.models.ecrits import EtatSaisine, RappelSaisine
from qualite.models.incidents import Incident
from qualite.models.personnel import FormationSuivie, Qualification, Tutorat
from qualite.models.pratiques import BonnePratique
from qualite.models.preuves import EvenementPreuve, FichierPreuve, Preuve, RappelPreuve, VersionPreuve
from qualite.models.rapports import EtapeRapport, EtatRapport, FichierRapport, InstantaneRapport, Rapport
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
    "AccesCampagne",
    "ActionCorrective",
    "Application",
    "ArchiveAssociation",
    "Attestation",
    "AttestationPdf",
    "Avancement",
    "Avis",
    "BonnePratique",
    "Calcul",
    "Campagne",
    "Changement",
    "Charte",
    "CommentaireAvis",
    "Constat",
    "ConstatAudit",
    "DemandeDroits",
    "Echeance",
    "EtapeRapport",
    "EtatArchive",
    "EtatRapport",
    "EtatSaisine",
    "Evaluation",
    "EvenementAction",
    "EvenementCampagne",
    "EvenementPreuve",
    "Exigence",
    "FichierPreuve",
    "FichierRapport",
    "FormationSuivie",
    "Grade",
    "Incident",
    "InstantaneRapport",
    "JourneeAudit",
    "MotifArchive",
    "Niveau",
    "NoteAudit",
    "Origine",
    "Parametre",
    "PassageConservation",
    "PointCampagne",
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
    "Rapport",
    "Reclamation",
    "Referentiel",
    "ReponseConstat",
    "SansObjet",
    "SeanceCollective",
    "SuiteConstat",
    "Sujet",
    "Tirage",
    "Travail",
    "Tutorat",
    "Valeur",
    "Verification",
    "VersionPreuve",
    "Visage",
    "valeurs_au",
]
