"""Tasks of the ground floor: mails, heartbeats, and picking up what a lost Redis left behind."""

import logging
from datetime import datetime, timedelta

from celery import Task, shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from pimms.socle.models import Battement, Courriel

logger = logging.getLogger(__name__)

ESSAIS_MAX = 5
DELAI_REPRISE = timedelta(minutes=2)  # a claim older than this belonged to a dead worker


def enfiler(tache: Task, *args) -> bool:
    """Send a task to its queue; with Redis gone, say so in the log and leave it to `relancer`."""
    try:
        tache.apply_async(args=args)
    except (OperationalError, OSError) as erreur:
        logger.warning("file injoignable, %s sera relancée: %s", tache.name, type(erreur).__name__)
        return False
    return True


def a_envoyer():
    """Mails neither sent nor given up, and not being sent by a living worker."""
    return Courriel.objects.filter(
        Q(pris_le__isnull=True) | Q(pris_le__lt=timezone.now() - DELAI_REPRISE),
        envoye_le__isnull=True,
        essais__lt=ESSAIS_MAX,
    )


@shared_task
def envoyer_courriel(pk: int) -> None:
    """Send one mail. The row is claimed by a conditional UPDATE that must change one row."""
    if not a_envoyer().filter(pk=pk).update(pris_le=timezone.now(), essais=F("essais") + 1):
        return
    courriel = Courriel.objects.get(pk=pk)
    try:
        send_mail(courriel.sujet, courriel.corps, None, [courriel.destinataire])
    except OSError as erreur:
        Courriel.objects.filter(pk=pk).update(erreur=type(erreur).__name__)
        return
    courriel.envoye_le = timezone.now()
    courriel.erreur = ""
    if not settings.DEMO:
        courriel.corps = ""
    courriel.save(update_fields=["envoye_le", "erreur", "corps"])


@shared_task
def battre() -> None:
    """Beat's own pulse: ask each queue for a sign of life."""
    emis = timezone.now()
    Battement.objects.update_or_create(nom="beat", defaults={"emis_le": emis, "vu_le": emis})
    for file in ("courant", "exports"):
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
    """Enqueue again each mail left behind by a crash or by a lost queue."""
    limite = timezone.now() - timedelta(seconds=30)
    for pk in a_envoyer().filter(cree_le__lt=limite).values_list("pk", flat=True)[:200]:
        enfiler(envoyer_courriel, pk)
