from accueil.models.agregats import (
    AgregatJour,
    AgregatMois,
    ColonnesMois,
    ControleAgregats,
    MarqueAgregat,
    ReseauJour,
    ReseauMois,
)
from accueil.models.exports import Export
from accueil.models.partenaires import Convention, Partenaire, Theme
from accueil.models.personnes import Absence, Acces, Utilisateur
from accueil.models.points import (
    Association,
    ContratFranchise,
    Fermeture,
    JourneeMobile,
    LabelFranceServices,
    PlageHoraire,
    PointAccueil,
)
from accueil.models.postes import CodeVerrou, SessionOuverte
from accueil.models.resumes import AbonnementResume
from accueil.models.retagages import ChangementRegistre
from accueil.models.territoire import Commune, Departement, Region
from accueil.models.visites import Demande, NoteVisite, OrdreFrequent, Suivi, Visite, VisiteVersion

__all__ = [
    "AbonnementResume",
    "Absence",
    "Acces",
    "AgregatJour",
    "AgregatMois",
    "Association",
    "ChangementRegistre",
    "CodeVerrou",
    "ColonnesMois",
    "Commune",
    "ContratFranchise",
    "ControleAgregats",
    "Convention",
    "Demande",
    "Departement",
    "Export",
    "Fermeture",
    "JourneeMobile",
    "LabelFranceServices",
    "MarqueAgregat",
    "NoteVisite",
    "OrdreFrequent",
    "Partenaire",
    "PlageHoraire",
    "PointAccueil",
    "Region",
    "ReseauJour",
    "ReseauMois",
    "SessionOuverte",
    "Suivi",
    "Theme",
    "Utilisateur",
    "Visite",
    "VisiteVersion",
]
