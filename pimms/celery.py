"""Celery application. Task state lives in PostgreSQL; Redis only carries messages."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pimms.settings")

app = Celery("pimms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["pimms.socle", "accueil"], related_name="taches")
