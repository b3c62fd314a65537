"""What an audit writes: invitations, findings, notes, answers, actions from a finding. The only doors."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from accueil import equipe
from accueil.ecritures import integrite_lisible
from accueil.models import Acces, Association, PointAccueil, Utilisateur
from accueil.models.personnes import Origine, Role
from mediation.textes import verifier_texte
from pimms.socle.journal import MODIFIE, journaliser
from pimms.socle.versions import ModifieEntretemps
from qualite import actions
from qualite.campagnes import exiger_union, verrou
from qualite.droits_campagnes import Audit, audit_de, repond
from qualite.envois import exiger_meme
from qualite.etats_campagne import EtatCampagne
from qualite.models import (
    AccesCampagne,
    ActionCorrective,
    Campagne,
    ConstatAudit,
    Grade,
    NoteAudit,
    ReponseConstat,
    SuiteConstat,
)

PAS_ICI = "Cet audit ne vous est pas ouvert."
DUREE_MAX = timedelta(days=366)


@dataclass(frozen=True)
class Invitation:
    """Whom to invite, for what, between which days."""

    email: str
    prenom: str
    nom: str
    debut: date
    fin: date
    point: PointAccueil | None = None
    association: Association | None = None


def inviter(acteur: Utilisateur, campagne: Campagne, invitation: Invitation, adresse: str) -> AccesCampagne:
    """Invite an auditor: a dated row of access, that this campaign wrote, and the mail that tells it."""
    exiger_union(acteur)
    jour = timezone.localdate()
    if invitation.debut < jour:
        raise ValidationError({"debut": "L’accès s’ouvre aujourd’hui au plus tôt."})
    if not invitation.debut <= invitation.fin <= invitation.debut + DUREE_MAX:
        raise ValidationError({"fin": "L’accès a un dernier jour, dans l’année."})
    with verrou(campagne) as tenue:
        if tenue.finie:
            raise ValidationError("Une campagne finie n’invite plus personne.")
        if invitation.point and not tenue.points.filter(point=invitation.point).exists():
            raise ValidationError({"perimetre": "Ce point n’est pas dans l’échantillon."})
        acces = Acces(
            role=Role.AUDITEUR,
            point=invitation.point,
            association=invitation.association,
            debut=invitation.debut,
            fin=invitation.fin,
            origine=Origine.CAMPAGNE,
        )
        qui = {c: getattr(invitation, c) for c in ("email", "prenom", "nom")}
        equipe.inviter(acteur, acces=acces, adresse=adresse, **qui)
        lien = AccesCampagne.objects.create(campagne=tenue, acces=acces)
        apres = {"campagne": tenue.pk, "acces": acces.pk}
        journaliser(acteur, "inviter", lien, point_id=acces.point_id, apres=apres)
    return lien


def terminer(acteur: Utilisateur, campagne: Campagne, pk: int) -> None:
    """End an auditor's access: today when it has served, at once when it has not."""
    exiger_union(acteur)
    with verrou(campagne) as tenue:
        lien = tenue.invitations.select_related("acces__personne", "acces__point").get(pk=pk)
        _terminer(acteur, lien.acces)


def _terminer(acteur: Utilisateur, acces: Acces) -> None:
    jour = _jour(acces)
    equipe.fixer_fin(acteur, acces, max(acces.debut, jour) - timedelta(days=1))


def _jour(acces: Acces) -> date:
    """Today, where that access opens something."""
    return acces.point.aujourdhui() if acces.point else timezone.localdate()


def terminer_tous(acteur: Utilisateur, campagne: Campagne) -> None:
    """End all that a campaign's invitations still open; within its lock."""
    for lien in campagne.invitations.select_related("acces__personne", "acces__point"):
        fin = lien.acces.fin
        if fin is None or fin >= _jour(lien.acces):
            _terminer(acteur, lien.acces)


def _exiger_audit(acteur: Utilisateur, campagne: Campagne, point: PointAccueil | None) -> Audit:
    """The audit as this person has it, where they may write of that place."""
    audit = audit_de(acteur, campagne)
    if audit is None or not audit.couvre(point):
        raise ValidationError(PAS_ICI)
    return audit


@dataclass(frozen=True)
class Constatation:
    """A finding as filled in; no point: the central function."""

    grade: str
    texte: str
    point: PointAccueil | None = None
    exigence: str = ""

    def colonnes(self) -> dict:
        texte = self.texte.strip()
        return {
            "grade": self.grade,
            "texte": texte,
            "point_id": self.point and self.point.pk,
            "exigence": self.exigence,
        }


def constater(
    acteur: Utilisateur, campagne: Campagne, cle: uuid.UUID, constatation: Constatation
) -> ConstatAudit:
    """Write a finding. Sent twice, it is written once."""
    colonnes = _verifier(constatation)
    with verrou(campagne) as tenue:
        deja = ConstatAudit.objects.filter(auteur=acteur, cle=cle).first()
        if deja:
            exiger_meme(deja, colonnes | {"campagne_id": tenue.pk})
            return deja
        if not _exiger_audit(acteur, tenue, constatation.point).ecrit:
            raise ValidationError("Les constats s’écrivent pendant l’audit.")
        constat = ConstatAudit.objects.create(
            campagne=tenue, numero=tenue.constats.count() + 1, auteur=acteur, cle=cle, **colonnes
        )
        journaliser(acteur, "constater", constat, point_id=constat.point_id, apres=_dit(tenue, colonnes))
    return constat


def _verifier(constatation: Constatation) -> dict:
    colonnes = constatation.colonnes()
    if constatation.grade not in Grade.values:
        raise ValidationError({"grade": "Choisissez la sorte de constat."})
    if not colonnes["texte"]:
        raise ValidationError({"texte": "Dites ce que vous constatez."})
    verifier_texte(colonnes["texte"], "texte")
    return colonnes


def _dit(campagne: Campagne, colonnes: dict) -> dict:
    return {"campagne": campagne.pk} | colonnes | {"texte": MODIFIE}


def corriger(
    acteur: Utilisateur, constat: ConstatAudit, version: int, constatation: Constatation
) -> ConstatAudit:
    """Change a finding while the audit lasts: who wrote it. An answer given before counts no more."""
    colonnes = _verifier(constatation)
    with verrou(constat.campagne) as tenue:
        ligne = ConstatAudit.objects.select_for_update().get(pk=constat.pk, campagne=tenue)
        audit = _exiger_audit(acteur, tenue, constatation.point)
        if not audit.ecrit or ligne.auteur_id != acteur.pk:
            raise ValidationError("Un constat se corrige pendant l’audit, par qui l’a écrit.")
        if ligne.version != version:
            raise ModifieEntretemps
        if all(getattr(ligne, c) == v for c, v in colonnes.items()):
            return ligne
        avant = {c: getattr(ligne, c) for c in colonnes} | {"texte": MODIFIE}
        for colonne, valeur in colonnes.items():
            setattr(ligne, colonne, valeur)
        ligne.version, ligne.modifie_le = ligne.version + 1, timezone.now()
        ligne.save(update_fields=[*colonnes, "version", "modifie_le"])
        journaliser(
            acteur, "modifier", ligne, point_id=ligne.point_id, avant=avant, apres=_dit(tenue, colonnes)
        )
    return ligne


def noter(acteur: Utilisateur, campagne: Campagne, note: NoteAudit) -> NoteAudit:
    """Keep an interview or an observation. Sent twice, it is kept once."""
    for champ in ("texte", "fonction"):
        verifier_texte(getattr(note, champ), champ)
    with verrou(campagne) as tenue:
        deja = NoteAudit.objects.filter(auteur=acteur, cle=note.cle).first()
        if deja:
            colonnes = ("nature", "jour", "point_id", "fonction", "texte")
            exiger_meme(deja, {c: getattr(note, c) for c in colonnes} | {"campagne_id": tenue.pk})
            return deja
        if not _exiger_audit(acteur, tenue, note.point).note:
            raise ValidationError("Entretiens et observations se notent pendant l’audit.")
        jour = note.point.aujourdhui() if note.point else timezone.localdate()
        if note.jour > jour:
            raise ValidationError({"jour": "Ce jour n’est pas encore venu."})
        note.campagne, note.auteur = tenue, acteur
        note.save(force_insert=True)
        apres = {"campagne": tenue.pk, "nature": note.nature, "texte": MODIFIE}
        journaliser(acteur, "noter", note, point_id=note.point_id, apres=apres)
    return note


def repondre(acteur: Utilisateur, constat: ConstatAudit, texte: str) -> ReponseConstat:
    """Answer a finding, for its point; the latest answer counts."""
    texte = texte.strip()
    if not texte:
        raise ValidationError({"texte": "Écrivez la réponse du point."})
    verifier_texte(texte, "texte")
    with verrou(constat.campagne) as tenue:
        ligne = ConstatAudit.objects.select_related("point").get(pk=constat.pk, campagne=tenue)
        if not repond(acteur.portee, ligne):
            raise ValidationError("Qui gère le point répond pour lui.")
        if tenue.etat != EtatCampagne.REPONSE:
            raise ValidationError("La campagne n’en est pas aux réponses.")
        derniere = ligne.reponses.first()
        # Sent twice, it is one answer; a finding that changed since wants another, be it the same words.
        pareille = derniere and (derniere.texte, derniere.par_id) == (texte, acteur.pk)
        if derniere and pareille and derniere.le >= ligne.modifie_le:
            return derniere
        reponse = ReponseConstat.objects.create(constat=ligne, texte=texte, par=acteur)
        apres = {"constat": ligne.pk, "texte": MODIFIE}
        journaliser(acteur, "repondre", reponse, point_id=ligne.point_id, apres=apres)
    return reponse


def agir(acteur: Utilisateur, constat: ConstatAudit, ouverture: actions.Ouverture) -> ActionCorrective:
    """Open a corrective action from a finding, once the audit is over, or while it lasts."""
    with integrite_lisible(ActionCorrective):
        if (ouverture.objet.point and ouverture.objet.point.pk) != constat.point_id:
            raise ValidationError("L’action porte là où est le constat.")
        action = actions.ouvrir(acteur, ouverture)
        lien, neuf = SuiteConstat.objects.get_or_create(action=action, defaults={"constat": constat})
        if neuf:
            apres = {"constat": constat.pk, "action": action.pk}
            journaliser(acteur, "agir", lien, point_id=constat.point_id, apres=apres)
    return action
