"""Small factories for mediation: a case, its parties, their agreement."""

import uuid

from accueil.models import Utilisateur
from mediation.cycle_de_vie import ajouter
from mediation.dossiers import Ouverture, ouvrir
from mediation.models import Consentement, Dossier, Partie
from tests.fabrique import un_theme


def un_dossier(acteur: Utilisateur, point, **champs) -> Dossier:
    """A new case « Bruit la nuit » in register 2, in charge of `acteur`."""
    defauts = {
        "cle": uuid.uuid4(),
        "objet": "Bruit la nuit",
        "registre": 2,
        "theme": un_theme("logement"),
        "mediateur": acteur,
    }
    dossier, _ = ouvrir(acteur, point, Ouverture(**defauts | champs))
    return dossier


def une_partie(dossier: Dossier, nom: str = "Fatou Martin", role: str = "demandeur", **champs) -> Partie:
    partie = Partie(dossier=dossier, role=role, **champs)
    ajouter(partie, {"nom": nom})
    return partie


def un_consentement(partie: Partie, acteur: Utilisateur, etat: str = "donne", **champs) -> Consentement:
    defauts = {"forme": "oral" if etat == "donne" else "", "jour": partie.dossier.point.aujourdhui()}
    return Consentement.objects.create(
        partie=partie, point_id=partie.point_id, etat=etat, saisi_par=acteur, **defauts | champs
    )
