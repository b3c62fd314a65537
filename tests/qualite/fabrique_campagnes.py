"""Factories of campaigns: one brought to a state by the named functions, an auditor, a finding."""

import uuid
from datetime import timedelta

from django.utils import timezone

from accueil.models import Utilisateur
from qualite import audits, campagnes, cloture, echantillonnage
from qualite.etats_campagne import EtatCampagne, NatureCampagne, etapes
from qualite.models import AccesCampagne, Calcul, Campagne, Referentiel
from tests.fabrique import un_acces, une_personne


def un_projet(union: Utilisateur, **champs) -> campagnes.Projet:
    """An audit blanc of the network: twelve months, an audit that begins today."""
    jour = timezone.localdate()
    defauts = {
        "titre": "Audit blanc d’automne",
        "nature": NatureCampagne.AUDIT_BLANC,
        "referentiel": Referentiel.objects.get(code="xp-x60-600-2016"),
        "pilote": union,
        "du": jour - timedelta(days=365),
        "au": jour - timedelta(days=1),
        "debut_audit": jour,
        "fin_audit": jour + timedelta(days=4),
    }
    return campagnes.Projet(**defauts | champs)


def une_campagne(union: Utilisateur, **champs) -> Campagne:
    return campagnes.creer(union, uuid.uuid4(), un_projet(union, **champs))


def un_calcul() -> Calcul:
    """A run of the rules, so that an evaluation can be closed."""
    jour = timezone.localdate()
    return Calcul.objects.create(complet=True, du=jour - timedelta(days=365), au=jour)


def amener(campagne: Campagne, vers: str, union: Utilisateur, points=()) -> Campagne:
    """Bring a fresh campaign to a state, each point of the sample handed in; two people close it."""
    if not Calcul.objects.filter(complet=True).exists():
        un_calcul()
    for point in points:
        echantillonnage.ajouter_point(union, campagne, point, "Choisi pour l’essai.")
    campagne.refresh_from_db()
    chemin = etapes(campagne.nature)
    for etat in chemin[1 : chemin.index(EtatCampagne(vers)) + 1]:
        campagne = pas(campagne, etat, union)
    return campagne


def pas(campagne: Campagne, etat: str, union: Utilisateur) -> Campagne:
    """One usual move, with what it needs."""
    if etat == EtatCampagne.CLOSE:
        campagne = cloture.decider(union, campagne, campagne.version, "favorable", "")
        cloture.signer(union, campagne, campagne.version)
        return cloture.signer(une_union(), campagne, campagne.version)
    if etat == EtatCampagne.REVUE:
        for ligne in campagne.points.all():
            echantillonnage.remettre(union, ligne, "")
    if etat == EtatCampagne.DECISION:
        for constat in campagnes.sans_reponse(campagne):
            audits.repondre(union, constat, "Nous en faisons une action.")
    return campagnes.avancer(union, campagne, campagne.version, etat)


def une_union() -> Utilisateur:
    """Somebody else of the union."""
    personne = une_personne("Nora", "Lemoine")
    un_acces(personne, "union")
    return personne


def un_auditeur(campagne: Campagne, personne: Utilisateur, **portee) -> AccesCampagne:
    """An invitation, today included; `point` or `association`, none for the network; `debut`, `fin`."""
    jour = timezone.localdate()
    dates = {"debut": portee.pop("debut", jour), "fin": portee.pop("fin", jour + timedelta(days=10))}
    acces = un_acces(personne, "auditeur", origine="campagne", **portee, **dates)
    return AccesCampagne.objects.create(campagne=campagne, acces=acces)


def un_constat(campagne: Campagne, auditeur: Utilisateur, point=None, **champs):
    defauts = {"grade": "mineure", "texte": "La charte n’est pas affichée.", "exigence": "CAD-4"}
    return audits.constater(
        auditeur, campagne, uuid.uuid4(), audits.Constatation(point=point, **defauts | champs)
    )
