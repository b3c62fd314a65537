"""Models of mediation: cases and their parties, steps, documents; actions; veille; registers."""

from mediation.models.actions import Action, Participation
from mediation.models.conservation import Preavis
from mediation.models.documents import Document, Fichier, Mandat
from mediation.models.dossiers import Compteur, Dossier, Lecteur
from mediation.models.etapes import Engagement, Etape, Presence
from mediation.models.parties import Consentement, Partie
from mediation.models.redirections import Redirection
from mediation.models.registres import PropositionRegistre
from mediation.models.veille import Alerte, Transmission
from mediation.models.vie import Attente, ConflitInteret, Evenement

__all__ = [
    "Action",
    "Alerte",
    "Attente",
    "Compteur",
    "ConflitInteret",
    "Consentement",
    "Document",
    "Dossier",
    "Engagement",
    "Etape",
    "Evenement",
    "Fichier",
    "Lecteur",
    "Mandat",
    "Participation",
    "Partie",
    "Preavis",
    "Presence",
    "PropositionRegistre",
    "Redirection",
    "Transmission",
]
