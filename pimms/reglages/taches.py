"""Queues, and what beat sends when."""

import os

from celery.schedules import crontab

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # the workers' logs go through LOGGING, and its filters
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "courant"
# What may take minutes, the night's work included, goes with exports: two such works in the current queue
# would hold back mails and notices.
LONGUES = (
    "accueil.taches.controler_les_agregats",
    "accueil.taches.produire_export",
    "qualite.taches.conserver",
    "qualite.taches.conserver_a_blanc",
    "qualite.taches.controler_preuves",
    "qualite.taches.produire_archive",
    "qualite.taches.verifier_le_journal",
)
CELERY_TASK_ROUTES = {
    **{tache: {"queue": "exports"} for tache in LONGUES},
    "qualite.taches.produire_rapport": {"queue": "rapports"},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BEAT_SCHEDULE = {
    "battement": {"task": "pimms.socle.taches.battre", "schedule": 20.0},
    "relance": {"task": "pimms.socle.taches.relancer", "schedule": 60.0},
    "journal_chaine": {
        "task": "pimms.socle.taches.chainer_le_journal",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # Once a day; each hour, for what was down at six.
    "journal_tete": {"task": "pimms.socle.taches.envoyer_la_tete", "schedule": crontab("0", "6-23")},
    "journal_controle": {"task": "qualite.taches.verifier_le_journal", "schedule": crontab("30", "3")},
    "exports_relance": {"task": "accueil.taches.relancer_exports", "schedule": 60.0},
    "exports_purge": {"task": "accueil.taches.purger_exports", "schedule": 3600.0},
    # Hourly, so that newcomers get theirs the same day; Monday's first run fixes the week.
    "bureaux": {"task": "accueil.taches.ranger_les_bureaux", "schedule": 3600.0},
    # No message for each entry: pages count marked days from the visits until this has run.
    "agregats": {
        "task": "accueil.taches.tenir_les_agregats",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "agregats_controle": {"task": "accueil.taches.controler_les_agregats", "schedule": crontab("30", "2")},
    "attestations": {"task": "qualite.taches.relancer_attestations", "schedule": 300.0},
    # The night's evaluation when it is due, else what has changed since the last one.
    "constats": {"task": "qualite.taches.reevaluer", "schedule": 120.0},
    # By day: nobody wants a mail at night. Each reminder goes once, however often it is looked for.
    "charte_rappels": {"task": "qualite.taches.rappeler_attestations", "schedule": crontab("20", "7-19")},
    "preuves_rappels": {"task": "qualite.taches.rappeler_preuves", "schedule": crontab("40", "7-19")},
    "saisines_rappels": {"task": "qualite.taches.rappeler_saisines", "schedule": crontab("50", "7-19")},
    "actions_rappels": {"task": "qualite.taches.rappeler_actions", "schedule": crontab("50", "7-19")},
    # Each hour, for Monday morning is not at the same moment everywhere; each digest goes once.
    "resumes": {"task": "pimms.pilotage.taches.envoyer_les_resumes", "schedule": crontab("10")},
    "rapports": {"task": "qualite.taches.relancer_rapports", "schedule": 60.0},
    "archives": {"task": "qualite.taches.tenir_les_archives", "schedule": 60.0},
    "effacements": {"task": "pimms.socle.taches.reecrire_les_effacements", "schedule": crontab("30", "4")},
    "conservation": {"task": "qualite.taches.conserver", "schedule": crontab("45", "1")},
    "courriels_purge": {"task": "pimms.socle.taches.purger_courriels", "schedule": crontab("20", "4")},
    "sessions": {"task": "accueil.taches.purger_sessions", "schedule": crontab("15", "4")},
    "preuves_integrite": {"task": "qualite.taches.controler_preuves", "schedule": crontab("10", "3")},
}
