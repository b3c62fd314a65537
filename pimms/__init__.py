"""The building: settings, URLs, Celery and embedded services of the PIMMS application.

Nothing is imported here: programs beside Django (`pimms.services`, `pimms.socle.annexe`) must stay small.
"""
