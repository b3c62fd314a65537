"""Tasks of composition: what puts together figures of the three apps."""

import logging

from celery import shared_task
from django.utils import timezone

from pimms.pilotage import resume

logger = logging.getLogger(__name__)


@shared_task
def envoyer_les_resumes() -> None:
    """Send the weekly digests that are due; each goes once a week and person."""
    envoyes = resume.envoyer_les_resumes(timezone.now())
    if envoyes:
        logger.info("résumés: %s envoyés", envoyes)
