"""Factories of corrective actions: one opened some days ago, brought to a state."""

import uuid
from datetime import timedelta

from django.db import transaction

from accueil.models import Utilisateur
from qualite.actions import Fiche, Ouverture
from qualite.models import ActionCorrective, EvenementAction
from qualite.preuves import Objet
from qualite.suites_action import avancer

CHEMIN = {
    "a_faire": (),
    "en_cours": ("en_cours",),
    "realisee": ("en_cours", "realisee"),
    "efficace": ("en_cours", "realisee", "efficace"),
    "inefficace": ("en_cours", "realisee", "inefficace"),
    "close": ("en_cours", "realisee", "efficace", "close"),
    "annulee": ("annulee",),
}


def une_ouverture(pilote: Utilisateur, *, objet: Objet, dans: int = 60, **champs) -> Ouverture:
    """An action as filled in, due in `dans` days."""
    fiche = Fiche("Tracer le jour même", "Des visites tracées tard.", "Pas de temps.", "", "Un créneau.")
    jour = ActionCorrective(point=objet.point).aujourdhui()
    defauts = {
        "cle": uuid.uuid4(),
        "objet": objet,
        "provenance": "equipe",
        "fiche": fiche,
        "pilote": pilote,
        "echeance": jour + timedelta(days=dans),
    }
    return Ouverture(**defauts | champs)


def une_corrective(acteur: Utilisateur, pilote: Utilisateur, *, il_y_a: int = 30, dans: int = 30, **champs):
    """An action « à faire », opened `il_y_a` days ago, due in `dans` days (negative: overdue).

    `point` or `association`; neither for the network.
    """
    point = champs.get("point")
    niveau = "point" if point else "association" if "association" in champs else "reseau"
    jour = ActionCorrective(point=point).aujourdhui()
    defauts = {
        "niveau": niveau,
        "provenance": "equipe",
        "titre": "Tracer le jour même",
        "description": "Des visites sont saisies tard.",
        "cause": "Pas de temps prévu.",
        "mesure": "Un créneau de saisie.",
        "pilote": pilote,
        "ouverte_le": jour - timedelta(days=il_y_a),
        "echeance": jour + timedelta(days=dans),
        "cle": uuid.uuid4(),
        "creee_par": acteur,
    }
    valeurs = defauts | champs
    with transaction.atomic():  # an action and its opening come together
        action = ActionCorrective.objects.create(echeance_initiale=valeurs["echeance"], **valeurs)
        EvenementAction.objects.create(
            action=action,
            nature="ouverture",
            vers="a_faire",
            echeance=action.echeance,
            pilote=pilote,
            par=acteur,
        )
    return action


def amener(action: ActionCorrective, etat: str, *, tient: Utilisateur, verifie: Utilisateur):
    """Bring a fresh action to a state: done ten days ago by its owner, verified today by `verifie`."""
    jour = action.aujourdhui()
    for vers in CHEMIN[etat]:
        par = {"realisee": action.pilote, "efficace": verifie, "inefficace": verifie}.get(vers, tient)
        precisions = {"motif": "Constaté sur place."} if vers in ("efficace", "inefficace", "annulee") else {}
        if vers == "realisee":
            precisions["jour"] = jour - timedelta(days=10)
        elif vers in ("efficace", "inefficace"):
            precisions["jour"] = jour
        action = avancer(par, action, action.version, vers, **precisions)
    return action
