"""Settings of the tests: those of the application, on servers and a database of the run's own.

pytest-django reads the settings before any conftest, so the servers are started from here.
"""

from tests.services_de_test import demarrer

demarrer()

from pimms.settings import *  # noqa: E402, F403

# Nothing is collected for tests: the live server finds the static files where they are.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The true hasher takes 0.2 s a password.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A field that a layout names and the form has not is a fault, not a line in the log.
CRISPY_FAIL_SILENTLY = False

# Most tests log in by a cookie; those of the second factor demand it themselves.
SECOND_FACTEUR = "libre"
