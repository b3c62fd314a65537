"""The outbox: posting a mail writes a row; a task sends it after the commit."""

from django.db import transaction

from pimms.socle.models import Courriel
from pimms.socle.taches import enfiler, envoyer_courriel


def poster(destinataire: str, sujet: str, corps: str) -> Courriel:
    """Queue one mail; nothing is sent when the surrounding transaction rolls back."""
    courriel = Courriel.objects.create(destinataire=destinataire, sujet=sujet.strip(), corps=corps)
    transaction.on_commit(lambda: enfiler(envoyer_courriel, courriel.pk))
    return courriel
