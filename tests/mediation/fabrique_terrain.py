"""Small factories for field actions and alerts."""

import uuid
from datetime import timedelta

from accueil.models import Utilisateur
from mediation.actions import Plan, prevoir
from mediation.compte_rendu import CompteRendu, rapporter
from mediation.models import Action, Alerte, Transmission
from mediation.veille import Signalement, signaler, transmettre
from tests.fabrique import un_partenaire


def une_action(acteur: Utilisateur, point, *, dans: int = 0, nature: str = "atelier", **champs) -> Action:
    """An action planned for `dans` days from today (before today when negative)."""
    jour = point.aujourdhui() + timedelta(days=dans)
    action, _ = prevoir(acteur, point, uuid.uuid4(), Plan(nature=nature, jour=jour, **champs))
    return action


def une_action_faite(acteur: Utilisateur, point, *, rendu: CompteRendu | None = None, **champs) -> Action:
    """An action already reported, with twelve participants unless `rendu` says otherwise."""
    rendu = rendu or CompteRendu(participations={("nc", "nc"): 12})
    return rapporter(acteur, une_action(acteur, point, **champs), 1, rendu)


def une_alerte(acteur: Utilisateur, point, *, il_y_a: int = 0, **champs) -> Alerte:
    """An alert « Lampadaire cassé » seen some days ago, passed on to nobody."""
    defauts = {
        "jour": point.aujourdhui() - timedelta(days=il_y_a),
        "nature": "panne",
        "gravite": 2,
        "quoi": "Lampadaire cassé",
        "lieu": "12 rue des Lilas",
    }
    alerte, _ = signaler(acteur, point, uuid.uuid4(), Signalement(**defauts | champs))
    return alerte


def une_transmission(
    alerte: Alerte, acteur: Utilisateur, *, partenaire=None, relance_dans: int = 15, **champs
) -> Transmission:
    """The alert passed on the day it was seen; its reminder is due in `relance_dans` days from then."""
    return transmettre(
        acteur,
        alerte,
        partenaire or un_partenaire(),
        alerte.jour,
        alerte.jour + timedelta(days=relance_dans),
        **champs,
    )
