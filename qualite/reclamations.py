"""Complaints: note one, say who handles it and what it is about. `qualite.saisines` prolongs and answers."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from accueil.ecritures import integrite_lisible
from accueil.models import Acces, PointAccueil, Utilisateur
from accueil.models.personnes import ROLES_DE_POINT, Role
from qualite import saisines
from qualite.models import Reclamation
from qualite.models.reclamations import ObjetReclamation
from qualite.parametres import valeurs_du_jour
from qualite.rappels_saisines import prevenir


@dataclass(frozen=True)
class Plainte:
    """A complaint as typed: three fields are enough."""

    cle: uuid.UUID
    recue_le: date
    canal: str
    objet: str
    texte: str
    personne: str = ""


def noter(acteur: Utilisateur, point: PointAccueil, plainte: Plainte) -> Reclamation:
    """Record a complaint and tell who deals with it; one about the manager goes to the direction.

    Sent twice, it is recorded once. Raises ValidationError beside the field.
    """
    saisines.verifier_jour_passe(point, plainte.recue_le, "recue_le")
    delai = valeurs_du_jour(plainte.recue_le)["reclamation_delai"]
    colonnes = {
        "point": point,
        "recue_le": plainte.recue_le,
        "echeance": plainte.recue_le + timedelta(days=delai),
        "canal": plainte.canal,
        "objet": plainte.objet,
        "a_la_direction": plainte.objet == ObjetReclamation.RESPONSABLE,
    }
    textes = {"texte": plainte.texte, "personne": plainte.personne}
    with integrite_lisible(Reclamation):
        reclamation, nouvelle = saisines.inserer(acteur, Reclamation, plainte.cle, textes, colonnes)
        if nouvelle:
            prevenir(reclamation, sauf=acteur)
    return reclamation


def instructeurs(reclamation: Reclamation, a_la_direction: bool) -> QuerySet[Utilisateur]:
    """Who may handle it on its point's day: the direction, and the team where it stays at the point."""
    point = reclamation.point
    acces = Acces.objects.en_vigueur(point.aujourdhui())
    siens = Q(role=Role.DIRECTION, association=point.association_id)
    if not a_la_direction:
        siens |= Q(role__in=ROLES_DE_POINT, point=point)
    cles = acces.filter(siens).values("personne")
    return Utilisateur.objects.filter(pk__in=cles, is_active=True).order_by("nom_tri", "pk")


def orienter(
    acteur: Utilisateur,
    reclamation: Reclamation,
    version: int,
    objet: str,
    a_la_direction: bool,
    instructeur: Utilisateur | None,
) -> Reclamation:
    """Say what a complaint is about, whether the direction deals with it, and who handles it.

    Once at the direction it stays there, unless the direction itself gives it back.
    """
    a_la_direction = a_la_direction or objet == ObjetReclamation.RESPONSABLE
    with integrite_lisible(Reclamation):
        tenue = saisines.tenir(Reclamation, acteur, reclamation.pk, version)
        if not saisines.tient(acteur.portee, tenue):
            raise ValidationError(saisines.PAS_A_VOUS)
        if instructeur and not instructeurs(tenue, a_la_direction).filter(pk=instructeur.pk).exists():
            raise ValidationError({"instructeur": "Cette personne ne peut pas suivre cette réclamation."})
        valeurs = {
            "objet": objet,
            "a_la_direction": a_la_direction,
            "instructeur_id": instructeur and instructeur.pk,
        }
        ailleurs = (tenue.a_la_direction, tenue.instructeur_id) != (a_la_direction, valeurs["instructeur_id"])
        saisines.ecrire(acteur, tenue, "orienter", valeurs, {})
        if ailleurs and not tenue.repondue_le:
            prevenir(tenue, sauf=acteur)
    return tenue
