"""Safety incidents: report one in three fields, then say what was done about it. The only doors."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from accueil.ecritures import integrite_lisible
from accueil.models import PointAccueil, Utilisateur
from qualite import saisines
from qualite.models import Incident


@dataclass(frozen=True)
class Signalement:
    """An incident as typed."""

    cle: uuid.UUID
    jour: date
    lieu: str
    nature: str
    gravite: int
    texte: str


def signaler(acteur: Utilisateur, point: PointAccueil, signalement: Signalement) -> Incident:
    """Record an incident. Sent twice, it is recorded once. Raises ValidationError beside the field."""
    saisines.verifier_jour_passe(point, signalement.jour, "jour")
    colonnes = {
        "point": point,
        "jour": signalement.jour,
        "lieu": signalement.lieu,
        "nature": signalement.nature,
        "gravite": signalement.gravite,
    }
    incident, _ = saisines.inserer(acteur, Incident, signalement.cle, {"texte": signalement.texte}, colonnes)
    return incident


def suivre(
    acteur: Utilisateur, incident: Incident, version: int, le: date, suites: Sequence[str], mesures: str
) -> Incident:
    """Note what was done about an incident, or correct what was noted of it."""
    with integrite_lisible(Incident):
        tenu = saisines.tenir(Incident, acteur, incident.pk, version)
        if not saisines.tient(acteur.portee, tenu):
            raise ValidationError(saisines.PAS_A_VOUS)
        saisines.verifier_jour_passe(tenu.point, le, "suivi_le")
        if le < tenu.jour:
            raise ValidationError({"suivi_le": "La suite vient après l’incident."})
        if not suites:
            raise ValidationError({"suites": "Cochez ce qui a été fait."})
        valeurs = {"suivi_le": le, "suivi_par_id": acteur.pk, "suites": list(suites)}
        saisines.ecrire(acteur, tenu, "suivre", valeurs, {"mesures": mesures})
    return tenu
