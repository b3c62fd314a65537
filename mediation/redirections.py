"""What is out of scope: sent on to a named contact, never a mediation case (CAD-1)."""

import uuid
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accueil.ecritures import integrite_lisible
from accueil.models import Demande, Partenaire, PointAccueil, Utilisateur
from mediation.cycle_de_vie import ModifieEntretemps, avancer, verrou
from mediation.dossiers import verifier_demande
from mediation.envois import deja_recu, exiger_meme
from mediation.etats import Etat
from mediation.models import Dossier, Redirection
from pimms.socle.journal import journaliser


@dataclass(frozen=True)
class Reorientation:
    """Which kind of mediation it is, and towards whom the person goes: a partner, or an office's name."""

    cle: uuid.UUID
    domaine: str
    partenaire: Partenaire | None = None
    vers: str = ""
    demande: Demande | None = None

    def colonnes(self) -> dict:
        return {
            "domaine": self.domaine,
            "partenaire_id": self.partenaire.pk if self.partenaire else None,
            "vers": self.vers,
            "demande_id": self.demande.pk if self.demande else None,
        }


def visibles_par(utilisateur: Utilisateur) -> QuerySet[Redirection]:
    """Redirections that this person may know of, newest first: a case reopened since is none any more.

    That of a case restricted to others would tell who works there what the case is about.
    """
    portee = utilisateur.portee
    lignes = Redirection.objects.filter(Q(dossier__isnull=True) | Q(dossier__issue=Etat.HORS_CHAMP))
    lus = Dossier.objects.lisibles_par(utilisateur)
    lignes = lignes.filter(Q(dossier__isnull=True) | Q(dossier__in=lus) | ~Q(point__in=portee.points_de_role))
    if not portee.reseau:
        lignes = lignes.filter(point__in=portee.points_visibles())
    return lignes.select_related("point", "partenaire", "dossier__cle_donnees")


def _exiger_nommee(reorientation: Reorientation) -> None:
    if reorientation.partenaire is None and not reorientation.vers:
        raise ValidationError({"vers": "Dites vers qui la personne est réorientée."}, code="vers")


def reorienter(
    acteur: Utilisateur, point: PointAccueil, reorientation: Reorientation
) -> tuple[Redirection, bool]:
    """Record a redirection at a point, today; returns it and whether it is new.

    Raises ValidationError without a named contact, for a request already dealt with, or when `cle`
    comes back with other values. The caller has checked that the person works there.
    """
    _exiger_nommee(reorientation)
    recue = deja_recu(Redirection, acteur, reorientation.cle, "auteur")
    if recue is None:
        try:
            with transaction.atomic():
                return _inserer(acteur, point, reorientation), True
        except IntegrityError as erreur:
            if "redirection_cle_unique" not in str(erreur):
                raise
            recue = Redirection.objects.get(auteur=acteur, cle=reorientation.cle)
    exiger_meme(recue, recue.dossier_id, point_id=point.pk, **reorientation.colonnes())
    return recue, False


def _inserer(acteur: Utilisateur, point: PointAccueil, reorientation: Reorientation) -> Redirection:
    if reorientation.demande:
        verifier_demande(acteur, point, reorientation.demande, reorientation.cle)
    redirection = Redirection.objects.create(
        point=point,
        auteur=acteur,
        cle=reorientation.cle,
        jour=point.aujourdhui(),
        **reorientation.colonnes(),
    )
    _journaliser(acteur, redirection)
    return redirection


def _journaliser(acteur: Utilisateur, redirection: Redirection) -> None:
    apres = {"domaine": redirection.domaine, "partenaire": redirection.partenaire_id}
    journaliser(acteur, "reorienter", redirection, point_id=redirection.point_id, apres=apres)


def sortir_du_champ(
    acteur: Utilisateur, dossier: Dossier, reorientation: Reorientation, *, depuis: str, motif: str = ""
) -> Dossier:
    """Find a case out of scope after all: it moves to « hors champ », with its redirection.

    `depuis` is the state that this person saw (ModifieEntretemps otherwise).
    """
    _exiger_nommee(reorientation)
    with integrite_lisible(Redirection), verrou(acteur, dossier) as tenu:
        if tenu.etat != depuis:
            raise ModifieEntretemps
        # A case reopened and found out of scope again keeps its one redirection, brought up to date.
        redirection = Redirection.objects.filter(dossier=tenu).first() or Redirection(
            dossier=tenu, point_id=tenu.point_id, auteur=acteur, cle=reorientation.cle
        )
        redirection.dossier = tenu  # its key is loaded there
        redirection.jour, redirection.demande_id = tenu.point.aujourdhui(), tenu.demande_id
        redirection.domaine, redirection.partenaire = reorientation.domaine, reorientation.partenaire
        redirection.sceller(reorientation.vers)
        redirection.save()
        _journaliser(acteur, redirection)
        avancer(acteur, tenu, Etat.HORS_CHAMP, motif=motif)
    return tenu
