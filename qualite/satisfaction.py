"""Satisfaction: open, renew and close a point's questionnaire, take an answer in. The only doors.

Answers come from nobody: they have no actor and no entry in the journal, and are only added.
"""

import secrets
import uuid

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accueil.ecritures import integrite_lisible
from accueil.models import PointAccueil, Utilisateur
from accueil.suivi import ALPHABET
from pimms.socle.effacements import DEMANDE, ecrire
from pimms.socle.journal import journaliser
from pimms.socle.models import CleDonnees
from pimms.socle.textes import refuser_nir
from qualite.models import Avis, CommentaireAvis, Questionnaire

LONGUEUR = 12  # 28¹² tokens: found by nobody, short enough to be typed from a poster
COMMENTAIRE_MAX = 500  # characters


def _exiger_droit(acteur: Utilisateur, point: PointAccueil) -> None:
    if not acteur.portee.gere(point):
        raise ValidationError("Seuls le responsable, la direction et l’union tiennent ce questionnaire.")


def ouvrir(acteur: Utilisateur, point: PointAccueil) -> Questionnaire:
    """Open the point's questionnaire under a new token; the one before stops at once."""
    _exiger_droit(acteur, point)
    if not point.est_ouvert_le(point.aujourdhui()):
        raise ValidationError("Ce point est fermé.")
    with integrite_lisible(Questionnaire):
        _fermer(acteur, point)
        jeton = "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR)).lower()
        ouvert = Questionnaire.objects.create(
            point=point, jeton=jeton, coffre=CleDonnees.creer(), ouvert_par=acteur
        )
        journaliser(acteur, "ouvrir", ouvert, point_id=point.pk)
    return ouvert


def fermer(acteur: Utilisateur, point: PointAccueil) -> None:
    """Close the point's questionnaire: its poster leads nowhere from now on; answers stay. Idempotent."""
    _exiger_droit(acteur, point)
    with transaction.atomic():
        _fermer(acteur, point)


def _fermer(acteur: Utilisateur, point: PointAccueil) -> None:
    for vivant in Questionnaire.objects.select_for_update().filter(point=point, ferme_le__isnull=True):
        vivant.ferme_le, vivant.ferme_par = timezone.now(), acteur
        vivant.save(update_fields=["ferme_le", "ferme_par"])
        journaliser(acteur, "fermer", vivant, point_id=point.pk)


def trouver(jeton: str) -> Questionnaire | None:
    """The living questionnaire of a token, of a point in service; None for any other."""
    vivants = Questionnaire.objects.filter(jeton=jeton.lower(), ferme_le__isnull=True)
    trouve = vivants.select_related("point", "coffre").first()
    if trouve is None or not trouve.point.est_ouvert_le(trouve.point.aujourdhui()):
        return None
    return trouve


def repondre(questionnaire: Questionnaire, cle: uuid.UUID, visage: int) -> Avis:
    """Take an answer in, at the point's own day and hour. The same key again gives what was recorded."""
    maintenant = questionnaire.point.maintenant()
    avis = Avis(
        point_id=questionnaire.point_id,
        questionnaire=questionnaire,
        cle=cle,
        jour=maintenant.date(),
        heure=maintenant.hour,
        visage=visage,
    )
    try:
        with transaction.atomic():
            avis.save(force_insert=True)
    except IntegrityError:
        return Avis.objects.get(cle=cle)
    return avis


def a_commenter(questionnaire: Questionnaire, cle: uuid.UUID) -> Avis | None:
    """The answer of that key, while words may be added: none yet, given in this hour or the one before."""
    avis = Avis.objects.filter(questionnaire=questionnaire, cle=cle, commentaire__isnull=True).first()
    maintenant = questionnaire.point.maintenant()
    if avis is None or avis.jour != maintenant.date() or maintenant.hour - avis.heure > 1:
        return None
    return avis


def commenter(questionnaire: Questionnaire, avis: Avis, texte: str) -> CommentaireAvis:
    """Add words to an answer, sealed. Raises ValidationError for a NIR: the answer itself stays."""
    refuser_nir(texte)
    if len(texte) > COMMENTAIRE_MAX:
        raise ValidationError(f"{COMMENTAIRE_MAX} caractères au plus.")
    commentaire = CommentaireAvis(avis=avis, point_id=avis.point_id)
    commentaire.scelle = questionnaire.coffre.coffre.sceller(commentaire.usage, texte.encode())
    try:
        with transaction.atomic():
            commentaire.save(force_insert=True)
    except IntegrityError:  # sent twice: the first words stay
        return CommentaireAvis.objects.get(avis=avis)
    return commentaire


def effacer_commentaire(acteur: Utilisateur, commentaire: CommentaireAvis) -> None:
    """Erase words that name someone; the face stays. The manager of that very point only."""
    if commentaire.point_id not in acteur.portee.points_de_responsable:
        raise ValidationError("Seul le responsable du point efface un commentaire.")
    with transaction.atomic():
        ecrire(acteur, commentaire, DEMANDE)
        journaliser(acteur, "effacer", commentaire, point_id=commentaire.point_id)
        commentaire.delete()
