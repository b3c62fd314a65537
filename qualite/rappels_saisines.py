"""Mails about answers that are due: on reception, 7 days and 1 day before, and once the day has passed.

A mail never holds what was written, nor who wrote: it says that something waits, and where.
"""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from accueil.models import Acces, Utilisateur
from accueil.models.personnes import ROLES_DU_RESEAU, Role
from qualite.models import DemandeDroits, RappelSaisine, Reclamation
from qualite.relances import ecrire_a, palier_du, rappeler

PALIERS = (7, 1)  # days before the end
PASSE = -1
# What each kind is called in a mail, and the name of its page.
SORTES = {
    Reclamation: ("une réclamation", "reclamation"),
    DemandeDroits: ("une demande d’une personne sur ses données", "demande_droits"),
}


def traitants(saisine: Reclamation | DemandeDroits, jour: date) -> QuerySet[Utilisateur]:
    """Who is told: who handles it, else the point's managers or the direction; failing them, the union."""
    actifs = Utilisateur.objects.filter(is_active=True)
    reclamation = saisine if isinstance(saisine, Reclamation) else None
    acces = Acces.objects.en_vigueur(jour)
    direction = Q(role=Role.DIRECTION, association=saisine.point.association_id)
    responsables = Q(role=Role.RESPONSABLE, point=saisine.point_id)
    ordre = [direction] if reclamation and reclamation.a_la_direction else [responsables, direction]
    if reclamation and reclamation.instructeur_id:  # who left handles nothing any more
        equipe = direction if reclamation.a_la_direction else direction | Q(point=saisine.point_id)
        ordre.insert(0, Q(personne=reclamation.instructeur_id) & equipe)
    for qui in [*ordre, Q(role__in=ROLES_DU_RESEAU)]:
        trouves = actifs.filter(pk__in=acces.filter(qui).values("personne"))
        if trouves.exists():
            break
    return trouves


def prevenir(saisine: Reclamation | DemandeDroits, *, sauf: Utilisateur | None = None) -> None:
    """Tell who deals with it that it is there; whoever has just written it knows."""
    _poster(saisine, None, saisine.point.aujourdhui(), sauf)


def _poster(
    saisine: Reclamation | DemandeDroits, reste: int | None, jour: date, sauf: Utilisateur | None = None
) -> None:
    nom, page = SORTES[type(saisine)]
    for personne in traitants(saisine, jour):
        if personne == sauf:
            continue
        contexte = {
            "nom": nom,
            "point": saisine.point,
            "terme": saisine.terme,
            "reste": reste,
            "lien": f"{settings.ADRESSE_SITE}{reverse(page, args=[saisine.pk])}",
        }
        ecrire_a(personne, "saisine", contexte)


def envoyer_rappels(jour: date) -> int:
    """Send what is due on a day (Paris's); returns how many reminders were claimed."""
    horizon, envoyes = jour + timedelta(days=max(PALIERS)), 0
    for modele in SORTES:
        lignes: Any = modele._default_manager
        ouvertes = lignes.ouvertes().avec_terme().filter(terme_du__lte=horizon)
        nature = str(modele._meta.model_name)
        faits = set(
            RappelSaisine.objects.filter(nature=nature, saisine__in=ouvertes.values("pk")).values_list(
                "saisine", "terme", "palier"
            )
        )
        for saisine in ouvertes.select_related("point"):
            reste = (saisine.terme - jour).days
            palier = palier_du(reste, PALIERS, PASSE)
            if palier is not None and (saisine.pk, saisine.terme, palier) not in faits:
                envoyes += _rappeler(saisine, nature, palier, reste, jour)
    return envoyes


def _rappeler(saisine: Reclamation | DemandeDroits, nature: str, palier: int, reste: int, jour: date) -> bool:
    rappel = RappelSaisine(nature=nature, saisine=saisine.pk, terme=saisine.terme, palier=palier)
    return rappeler(rappel, lambda: _poster(saisine, reste, jour))
