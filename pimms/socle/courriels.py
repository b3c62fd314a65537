"""The outbox: posting a mail writes a row; a task sends it after the commit."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from pimms.socle.models import Courriel
from pimms.socle.taches import enfiler, envoyer_courriel


def poster(
    destinataire: str, sujet: str, corps: str, *, html: str = "", valable: timedelta | None = None
) -> Courriel:
    """Queue one mail; nothing is sent when the surrounding transaction rolls back.

    `html` is the same text as a page, if any. `valable` is the life of the one-time link inside, if any: past
    it, the mail is not sent any more.
    """
    courriel = Courriel.objects.create(
        destinataire=destinataire,
        sujet=sujet.strip(),
        corps=corps,
        html=html,
        expire_le=timezone.now() + valable if valable else None,
    )
    transaction.on_commit(lambda: enfiler(envoyer_courriel, courriel.pk))
    return courriel


def dernier_courriel(destinataire: str) -> Courriel | None:
    """The latest mail posted to this address."""
    return Courriel.objects.filter(destinataire=destinataire).order_by("-id").first()
