"""The building: settings, URLs, Celery and embedded services of the PIMMS application."""

from pimms.celery import app as celery_app

__all__ = ("celery_app",)
