"""Factories of paths: a qualification, a training, a tutoring, a session."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from accueil.models import PointAccueil, Utilisateur
from qualite.models import (
    FormationSuivie,
    PointSeance,
    PresenceSeance,
    Qualification,
    SeanceCollective,
    Tutorat,
)


def _commun(personne: Utilisateur, point: PointAccueil, par: Utilisateur) -> dict:
    return {"personne": personne, "point": point, "saisi_par": par, "cle": uuid.uuid4()}


def une_qualification(
    personne: Utilisateur, point: PointAccueil, par: Utilisateur, **champs
) -> Qualification:
    defauts = {"nature": "titre", "intitule": "Médiation sociale", "debut": date(2019, 6, 1)}
    return Qualification.objects.create(**_commun(personne, point, par) | defauts | champs)


def une_formation(
    personne: Utilisateur, point: PointAccueil, par: Utilisateur, *, il_y_a: int = 10, **champs
) -> FormationSuivie:
    """A training of 7 hours, confirmed unless the person noted it."""
    jour = point.aujourdhui() - timedelta(days=il_y_a)
    defauts = {"titre": "Écrire clair", "debut": jour, "fin": jour, "heures": Decimal(7)}
    if par != personne:
        defauts |= {"confirmee_par": par, "confirmee_le": timezone.now()}
    return FormationSuivie.objects.create(**_commun(personne, point, par) | defauts | champs)


def un_tutorat(personne: Utilisateur, point: PointAccueil, par: Utilisateur, **champs) -> Tutorat:
    defauts = {"tuteur": par, "debut": point.aujourdhui()}
    return Tutorat.objects.create(**_commun(personne, point, par) | defauts | champs)


def une_seance(
    par: Utilisateur,
    point: PointAccueil,
    presents: list[Utilisateur],
    *,
    nature: str = "analyse",
    il_y_a: int = 10,
    autres: tuple[PointAccueil, ...] = (),
    **champs,
) -> SeanceCollective:
    defauts = {
        "jour": point.aujourdhui() - timedelta(days=il_y_a),
        "duree": 120,
        "mode": "avec_point" if autres else "sur_place",
        "animateur": "Psychologue du travail" if nature == "analyse" else "",
        "saisi_par": par,
        "cle": uuid.uuid4(),
    }
    seance = SeanceCollective.objects.create(point=point, nature=nature, **defauts | champs)
    for lieu in (point, *autres):
        concerne = PointSeance.objects.create(seance=seance, point=lieu)
        if lieu == point:
            for personne in presents:
                PresenceSeance.objects.create(lieu=concerne, personne=personne)
    return seance
