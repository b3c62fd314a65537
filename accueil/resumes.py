"""Asking for the weekly digest, giving it up, claiming one: the only doors."""

from collections.abc import Callable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accueil.models import AbonnementResume, Utilisateur
from pimms.socle.journal import journaliser


@transaction.atomic
def abonner(personne: Utilisateur) -> None:
    """From the next Monday on; twice is once. Raises ValidationError for who manages no point."""
    if not personne.portee.points_de_responsable:
        raise ValidationError("Le résumé porte sur les points dont vous êtes responsable.")
    aujourdhui = timezone.localdate()
    lundi = aujourdhui - timedelta(days=aujourdhui.weekday())
    if AbonnementResume.objects.get_or_create(personne=personne, defaults={"dernier_lundi": lundi})[1]:
        journaliser(personne, "abonner_resume", personne)


@transaction.atomic
def desabonner(personne: Utilisateur) -> None:
    """No mail any more; nothing when there was none."""
    if AbonnementResume.objects.filter(personne=personne).delete()[0]:
        journaliser(personne, "desabonner_resume", personne)


def prendre(abonnement: AbonnementResume, lundi: date, ecrire: Callable[[], object]) -> bool:
    """Claim the mail of the week that ended before that Monday and post it, together or not at all; False
    when it was sent already, or is wanted no more."""
    attendus = AbonnementResume.objects.filter(
        Q(dernier_lundi__isnull=True) | Q(dernier_lundi__lt=lundi), pk=abonnement.pk
    )
    with transaction.atomic():
        if not attendus.update(dernier_lundi=lundi):
            return False
        ecrire()
    return True
