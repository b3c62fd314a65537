"""Settings of the PIMMS application, read from the environment.

README.md lists each variable. Two PostgreSQL roles are known: DATABASE_URL is the application's
own role (`pimms_app`), DATABASE_URL_PROPRIETAIRE the owner's, which only `migrate` and `peupler` use.
"""

import base64
import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from pimms.reglages.connexion import *  # noqa: F403
from pimms.reglages.environnement import DEBUG, DEMO
from pimms.reglages.taches import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent
# numpy counts here and solves nothing: its algebra would start threads in each process, and these fork.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    if not (DEMO or DEBUG):
        raise ImproperlyConfigured("SECRET_KEY est obligatoire hors démonstration.")
    SECRET_KEY = "demo-seulement-" + "0" * 50


def _cle(texte: str, variable: str) -> bytes:
    try:
        cle = base64.b64decode(texte, validate=True)
    except ValueError:
        cle = b""
    if len(cle) != 32:
        raise ImproperlyConfigured(f"{variable} : 32 octets en base64 attendus (openssl rand -base64 32).")
    return cle


_CLE_DEMO = base64.b64encode(b"demo-seulement-pas-en-production").decode() if DEMO or DEBUG else ""
# Named keys that wrap the data keys, the first one for new ones: « 2026:BASE64,2025:BASE64 ».
CLES_CHIFFREMENT = {
    nom.strip(): _cle(valeur.strip(), "CLES_CHIFFREMENT")
    for nom, _, valeur in (
        cle.partition(":")
        for cle in os.environ.get("CLES_CHIFFREMENT", _CLE_DEMO and f"demo:{_CLE_DEMO}").split(",")
    )
}
# Keyed index by which an exact name is found; changed, `manage.py reindexer` makes it anew.
CLE_INDEX = _cle(os.environ.get("CLE_INDEX", _CLE_DEMO), "CLE_INDEX")
# What chains the journal: changed, the chain forged so far can't be verified any more.
CLE_JOURNAL = _cle(os.environ.get("CLE_JOURNAL", _CLE_DEMO), "CLE_JOURNAL")
# What seals backups; only `sauvegarder` and `restaurer` need it, so the site runs without.
_SAUVEGARDE = os.environ.get("CLE_SAUVEGARDE", _CLE_DEMO)
CLE_SAUVEGARDE = _cle(_SAUVEGARDE, "CLE_SAUVEGARDE") if _SAUVEGARDE else b""
# Who gets the journal's head by mail each day: addresses of the union, outside this server. « aucune » is
# written by who wants none: docker-compose.yml refuses an empty value.
_ADRESSES = os.environ.get("ADRESSES_JOURNAL", "").split(",")
ADRESSES_JOURNAL = [a.strip() for a in _ADRESSES if a.strip() not in ("", "aucune")]

# What signs reports: a PKCS#12 file in base64, and its password. Without it nothing is signed, which is
# said; the demo makes itself a certificate that says what it is worth (`pimms.socle.sceau`).
SCEAU_P12 = os.environ.get("SCEAU_P12", "")
SCEAU_MOT_DE_PASSE = os.environ.get("SCEAU_MOT_DE_PASSE", "")

ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]
# For the links of the mails that tasks send, where no request tells the site's address.
ADRESSE_SITE = (
    os.environ.get("ADRESSE_SITE") or next(iter(CSRF_TRUSTED_ORIGINS), "http://127.0.0.1:8000")
).rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "accueil.apps.AdministrationConfig",  # django.contrib.admin, for the union only
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "pimms.socle",
    "accueil",
    "mediation",
    "qualite",
    "pimms.pilotage",
    "pimms.demo",
]

MIDDLEWARE = [
    "pimms.socle.middleware.requete",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pimms.socle.middleware.base_indisponible",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pimms.socle.middleware.sans_copie",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accueil.middleware.verrou",
    "accueil.middleware.second_facteur",
    "accueil.middleware.session_expiree",
]

ROOT_URLCONF = "pimms.urls"
WSGI_APPLICATION = "pimms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pimms.pilotage.menu.menu",
            ],
            "builtins": ["pimms.socle.templatetags.socle"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"


def _database(variable: str, default: str) -> dict:
    config = dj_database_url.parse(
        os.environ.get(variable) or default, conn_max_age=60, conn_health_checks=True
    )
    config.setdefault("OPTIONS", {})["connect_timeout"] = 5
    return dict(config)


# `pimms.services` writes these addresses when it starts the embedded servers.
_URL_APP = "postgresql://pimms_app@127.0.0.1:5432/pimms"
DATABASES = {"default": _database("DATABASE_URL", _URL_APP)}
DATABASE_URL_PROPRIETAIRE = os.environ.get("DATABASE_URL_PROPRIETAIRE", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits must hold, and logging in must work, with Redis gone: the cache is a table.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "socle_cache",
        # Full, it drops the first keys: a flood of answers from the public must not wipe the logins' limits.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
if not (EMAIL_HOST or DEMO or DEBUG):
    # Else invitations and password links would count as sent, and be lost.
    raise ImproperlyConfigured(
        "EMAIL_HOST est obligatoire hors démonstration : le serveur d’envoi du courrier."
    )
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if DEMO or not EMAIL_HOST:
    # The sent mail stays readable in the outbox (`/courriels/` in the demo).
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "PIMMS <ne-pas-repondre@exemple.fr>")

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "var" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Private files (exports): served by authorised views only, never by URL.
MEDIA_ROOT = Path(os.environ.get("FICHIERS", BASE_DIR / "var" / "fichiers"))
# What the law had erased, one line each (keys and codes): kept apart from backups, read after a restore.
EFFACEMENTS = Path(os.environ.get("EFFACEMENTS", MEDIA_ROOT / "effacements.jsonl"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # bytes
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 5
# A file past the ceiling of `pimms.socle.televersement` is dropped while it comes in.
FILE_UPLOAD_HANDLERS = [
    "pimms.socle.televersement.Plafond",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "pimms.pilotage.views.csrf_refuse"
if not (DEBUG or DEMO):
    # One proxy in front: rate limits count the person's address, not the proxy's.
    ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("PROXYS", "1"))
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^sante/$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

FILTRES = ["requete", "discretion"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "requete": {"()": "pimms.socle.middleware.FiltreRequete"},
        "discretion": {"()": "pimms.socle.discretion.Discretion"},
    },
    "formatters": {
        "ligne": {"format": "{asctime} {levelname} {name} {requete} {message}", "style": "{"},
        "json": {"()": "pimms.socle.journaux.EnJson"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "ligne" if DEBUG or DEMO else "json",
            "filters": FILTRES,
        },
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
    },
}
