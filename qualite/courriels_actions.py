"""Mails about corrective actions. None says what the action is about: a mail goes far."""

from django.conf import settings
from django.urls import reverse

from accueil.models import Utilisateur
from qualite.models import ActionCorrective
from qualite.relances import ecrire_a


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
    lien = f"{settings.ADRESSE_SITE}{reverse('corrective', args=[action.pk])}"
    ecrire_a(personne, f"action_{sorte}", {"action": action, "lien": lien})
