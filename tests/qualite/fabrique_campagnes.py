"""Factories of campaigns: one brought to a state by the named functions, an auditor, a finding."""

import uuid
from datetime import timedelta

from django.utils import timezone

from accueil.models import Utilisateur
from qualite import audits, campagnes, cloture, echantillonnage
from qualite.etats_campagne import EtatCampagne, NatureCampagne, etapes
from qualite.models import AccesCampagne, Calcul, Campagne, Echeance, JourneeAudit, Referentiel
from tests.fabrique import un_acces, une_personne
from tests.qualite.fabrique import une_preuve
from tests.qualite.fabrique_rapports import un_rapport_pret

ADRESSE = "https://pimms.test"


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


# URL names that take a campaign, by the one of `des_campagnes` that they take.
_PREPARATION = (
    "campagne_modifier campagne_etat campagne_tirage campagne_tirer campagne_point_nouveau campagne_inviter"
    " campagne_annuler campagne_journee_nouvelle campagne_point_retirer campagne_journee_retirer"
    " campagne_acces_fin"
)
_AUDIT = (
    "dossier_audit dossier_lieu dossier_entrees dossier_preuve dossier_fichier dossier_rapports"
    " dossier_rapport constat_audit_nouveau constat_audit_corriger note_audit_nouvelle"
)


def des_campagnes(distribution) -> dict[str, dict]:
    """Arguments of the URLs that take a campaign: one in each state that matters, at the cast's point."""
    union, point, auditeur = distribution.union, distribution.point, distribution.auditeur
    preuve = une_preuve(distribution.responsable, point=point)
    preparee = une_campagne(union)
    journee = _preparer(preparee, union, point)
    invitation = un_auditeur(preparee, une_personne("Alix"), point=point)
    demandee = amener(une_campagne(union), "auto_evaluation", union, [point])
    auditee = une_campagne(union)
    echantillonnage.ajouter_point(union, auditee, point, "Choisi pour l’essai.")
    tirage = echantillonnage.tirer(union, auditee, auditee.version, "Loto du 25 novembre 2026")
    auditee = amener(auditee, "audit", union)
    un_auditeur(auditee, auditeur, association=point.association)
    un_constat(auditee, auditeur, point)
    arretee = auditee.evaluation.preuves.get(version__preuve=preuve)
    repondue = amener(une_campagne(union), "audit", union, [point])
    un_auditeur(repondue, auditeur, point=point)
    un_constat(repondue, auditeur, point)
    repondue = pas(repondue, "reponse", union)
    decidee = amener(une_campagne(union), "decision", union, [point])
    decidee = cloture.decider(union, decidee, decidee.version, "favorable", "")
    close = amener(une_campagne(union), "close", union, [point])
    premiere = Echeance.objects.order_by("jour")[0].pk
    code, preparation, audit = {"code": point.code}, {"pk": preparee.pk}, {"pk": auditee.pk}
    return {
        **dict.fromkeys(_PREPARATION.split(), preparation),
        **dict.fromkeys(_AUDIT.split(), audit),
        "campagne_tirage": audit,
        "campagne_tirage_fichier": audit | {"tirage": tirage.pk, "forme": "json"},
        "campagne_etat": preparation | {"vers": "auto_evaluation"},
        "campagne_point_retirer": preparation | code,
        "campagne_journee_retirer": preparation | {"journee": journee.pk},
        "campagne_acces_fin": preparation | {"acces": invitation.pk},
        "dossier_lieu": audit | code,
        "dossier_entrees": audit | code | {"exigence": "CAD-2"},
        "dossier_preuve": audit | {"preuve": arretee.pk},
        "dossier_fichier": audit | {"preuve": arretee.pk},
        "dossier_rapport": audit | {"rapport": un_rapport_pret(union, point=point, genre="plan").pk},
        "constat_audit_corriger": audit | {"numero": 1},
        "campagne": {"pk": repondue.pk},
        "campagne_remettre": {"pk": demandee.pk} | code,
        "constat_audit_repondre": {"pk": repondue.pk, "numero": 1},
        "constat_audit_agir": {"pk": repondue.pk, "numero": 1},
        "campagne_decider": {"pk": decidee.pk},
        "campagne_signer": {"pk": decidee.pk},
        "campagne_rouvrir": {"pk": close.pk},
        "campagne_histoire": {"pk": close.pk},
        "echeance": {"pk": premiere},
        "echeance_retirer": {"pk": premiere},
    }


def _preparer(campagne: Campagne, union: Utilisateur, point) -> JourneeAudit:
    """A sample of one point and a day of audit."""
    echantillonnage.ajouter_point(union, campagne, point, "Choisi pour l’essai.")
    journee = JourneeAudit(
        jour=campagne.debut_audit, point=point, objet="L’accueil", entretiens=["responsable"]
    )
    return echantillonnage.prevoir_journee(union, campagne, journee)


def une_invitation(**champs) -> audits.Invitation:
    """Of Inès Roche, for five days from today."""
    jour = timezone.localdate()
    defauts = {"email": "ines@audit.fr", "prenom": "Inès", "nom": "Roche"}
    return audits.Invitation(**defauts | {"debut": jour, "fin": jour + timedelta(days=5)} | champs)
