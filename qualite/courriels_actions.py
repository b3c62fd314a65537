"""Mails about corrective actions. None says what the action is about: a mail goes far."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accueil.models import Utilisateur
from pimms.socle.courriels import poster
from qualite.models import ActionCorrective


def confier(acteur: Utilisateur, action: ActionCorrective) -> None:
    """Tell the owner that an action is theirs, unless they took it themselves."""
    if action.pilote != acteur:
        ecrire(action.pilote, action, "confiee")


def demander_verification(acteur: Utilisateur, action: ActionCorrective) -> None:
    """Tell who was asked to verify that the action is done."""
    if action.verificateur and action.verificateur != acteur:
        ecrire(action.verificateur, action, "a_verifier")


def ecrire(personne: Utilisateur, action: ActionCorrective, sorte: str) -> None:
    """Post one mail, in the transaction of what it tells."""
    if not personne.is_active:
        return
    contexte = {
        "personne": personne,
        "action": action,
        "lien": f"{settings.ADRESSE_SITE}{reverse('corrective', args=[action.pk])}",
    }
    texte = render_to_string(f"courriels/action_{sorte}.txt", contexte)
    sujet, _, corps = texte.strip().partition("\n")
    poster(personne.email, sujet, corps.strip() + "\n")
