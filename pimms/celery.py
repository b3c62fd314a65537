"""Celery application. Task state lives in PostgreSQL; Redis only carries messages."""

import gc
import logging
import os
from importlib import import_module
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init, worker_process_init
from kombu.exceptions import OperationalError

from pimms.socle.annexe import borner_la_memoire

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pimms.settings")
# Done by `migrate`, before anything starts: for them each worker would load every view, 20 MiB and a second.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("pimms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["pimms.socle", "accueil", "qualite", "pimms.pilotage"], related_name="taches")


@beat_init.connect
def battre_d_emblee(**_: object) -> None:
    """Give the first sign of life when beat starts, not one period later."""
    try:
        app.send_task("pimms.socle.taches.battre")
    except OperationalError as erreur:
        logging.getLogger(__name__).warning("file injoignable: %s", type(erreur).__name__)


@worker_init.connect
def ouvrir_l_atelier(sender: Any, **_: object) -> None:
    """Start what makes reports before their worker forks: its children share it, and the garbage collector
    leaves alone what they share."""
    if "rapports" in sender.app.amqp.queues.consume_from:
        import_module("qualite.rapports.atelier").ouvrir()
        gc.collect()
        gc.freeze()


@worker_process_init.connect
def borner(**_: object) -> None:
    """Hold each child of this worker to MEMOIRE_MAX_MO."""
    borner_la_memoire()
