"""Tasks of the ground floor: mails, heartbeats, and picking up what a lost Redis left behind."""

import logging
from datetime import datetime, timedelta

from celery import Task, shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from pimms.socle import envois
from pimms.socle.models import Battement

logger = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=30)  # what was just posted is on its way by itself


def enfiler(tache: Task, *args) -> bool:
    """Send a task to its queue; with Redis gone, say so in the log and leave it to `relancer`."""
    try:
        tache.apply_async(args=args)
    except (OperationalError, OSError) as erreur:
        logger.warning("file injoignable, %s sera relancée: %s", tache.name, type(erreur).__name__)
        return False
    return True


@shared_task
def envoyer_courriel(pk: int) -> None:
    """Try to send one mail. Sent twice, the second finds nothing to claim."""
    courriel = envois.prendre(pk)
    if courriel is not None:
        envois.envoyer(courriel)


@shared_task
def battre() -> None:
    """Beat's own pulse: ask each queue for a sign of life."""
    emis = timezone.now()
    Battement.objects.update_or_create(nom="beat", defaults={"emis_le": emis, "vu_le": emis})
    for file in ("courant", "exports", "rapports"):
        repondre.apply_async(args=[file, emis.isoformat()], queue=file, expires=60)


@shared_task
def repondre(file: str, emis_le: str) -> None:
    """A worker's answer: when it was asked, when it answered; the difference is the lag."""
    Battement.objects.update_or_create(
        nom=file,
        defaults={"emis_le": datetime.fromisoformat(emis_le), "vu_le": timezone.now()},
    )


@shared_task
def relancer() -> None:
    """Enqueue each mail whose next try has come, or that a crash or a lost queue left behind."""
    if abandonnes := envois.clore():
        logger.warning("courriels: %s abandonnés", abandonnes)
    dus = envois.a_envoyer().filter(prochain_essai_le__lt=timezone.now() - PATIENCE)
    for pk in dus.order_by("prochain_essai_le").values_list("pk", flat=True)[:200]:
        enfiler(envoyer_courriel, pk)
