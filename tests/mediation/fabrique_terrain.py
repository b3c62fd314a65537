"""Small factories for field actions and alerts."""

import uuid
from datetime import timedelta

from accueil.models import Utilisateur
from mediation.actions import Plan, prevoir
from mediation.compte_rendu import CompteRendu, rapporter
from mediation.models import Action


def une_action(acteur: Utilisateur, point, *, dans: int = 0, nature: str = "atelier", **champs) -> Action:
    """An action planned for `dans` days from today (before today when negative)."""
    jour = point.aujourdhui() + timedelta(days=dans)
    action, _ = prevoir(acteur, point, uuid.uuid4(), Plan(nature=nature, jour=jour, **champs))
    return action


def une_action_faite(acteur: Utilisateur, point, *, rendu: CompteRendu | None = None, **champs) -> Action:
    """An action already reported, with twelve participants unless `rendu` says otherwise."""
    rendu = rendu or CompteRendu(participations={("nc", "nc"): 12})
    return rapporter(acteur, une_action(acteur, point, **champs), 1, rendu)
