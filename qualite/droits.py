"""Persons' requests about their data: record one. `qualite.saisines` prolongs and answers.

The law counts in months from the day of reception (RGPD, art. 12.3).
"""

import uuid
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from accueil.acces import Portee
from accueil.ecritures import integrite_lisible
from accueil.models import PointAccueil, Utilisateur
from qualite import saisines
from qualite.models import DemandeDroits
from qualite.parametres import valeurs_du_jour
from qualite.rappels_saisines import prevenir
from qualite.validite import plus_mois


@dataclass(frozen=True)
class Demande:
    """A request as typed."""

    cle: uuid.UUID
    recue_le: date
    droit: str
    personne: str
    texte: str = ""


def peut_noter(portee: Portee, point: PointAccueil) -> bool:
    """The manager of the point and its association's direction."""
    return point.pk in portee.points_de_responsable or point.association_id in portee.associations


def noter(acteur: Utilisateur, point: PointAccueil, demande: Demande) -> DemandeDroits:
    """Record a request, due within the delay of the law, and tell who deals with it."""
    if not peut_noter(acteur.portee, point):
        raise ValidationError("Le responsable du point ou la direction enregistre ces demandes.")
    saisines.verifier_jour_passe(point, demande.recue_le, "recue_le")
    delai = valeurs_du_jour(demande.recue_le)["demandes_personnes_delai"]
    colonnes = {
        "point": point,
        "recue_le": demande.recue_le,
        "echeance": plus_mois(demande.recue_le, delai),
        "droit": demande.droit,
    }
    textes = {"personne": demande.personne, "texte": demande.texte}
    with integrite_lisible(DemandeDroits):
        enregistree, nouvelle = saisines.inserer(acteur, DemandeDroits, demande.cle, textes, colonnes)
        if nouvelle:
            prevenir(enregistree, sauf=acteur)
    return enregistree
