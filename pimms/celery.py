"""Celery application. Task state lives in PostgreSQL; Redis only carries messages."""

import logging
import os

from celery import Celery
from celery.signals import beat_init
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pimms.settings")

app = Celery("pimms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["pimms.socle", "accueil", "qualite"], related_name="taches")


@beat_init.connect
def battre_d_emblee(**_: object) -> None:
    """Give the first sign of life when beat starts, not one period later."""
    try:
        app.send_task("pimms.socle.taches.battre")
    except OperationalError as erreur:
        logging.getLogger(__name__).warning("file injoignable: %s", type(erreur).__name__)
