"""Who gets in: accounts, passwords, second factor, OpenID Connect, sessions and their lock."""

import os
from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured

from pimms.reglages.environnement import DEBUG, DEMO

AUTH_USER_MODEL = "accueil.Utilisateur"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "prenom", "nom")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accueil.mots_de_passe.Courants"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accueil.comptes.Adaptateur"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/connexion/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[PIMMS] "
# Lives of the one-time links; the mails say them. Django's own limit is that of the longest.
VIE_INVITATION = timedelta(days=7)
VIE_LIEN_MOT_DE_PASSE = timedelta(hours=2)
PASSWORD_RESET_TIMEOUT = int(VIE_INVITATION.total_seconds())
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accueil.jetons.JetonMotDePasse"  # noqa: S105 — a class
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a password or a second factor that changes is told to its owner
# By account and by address; past them even the right password is refused, for as long.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/300s/key"}

# A second factor is demanded of everyone who logs in (« exige »), or each decides for oneself (« libre »).
SECOND_FACTEUR = os.environ.get("SECOND_FACTEUR") or ("libre" if DEMO or DEBUG else "exige")
if SECOND_FACTEUR not in ("exige", "libre"):
    raise ImproperlyConfigured("SECOND_FACTEUR vaut « exige » ou « libre ».")
MFA_ADAPTER = "accueil.second_facteur.Adaptateur"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "PIMMS"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: telephones are not always on time
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO or DEBUG
MFA_FORMS = {
    "add_webauthn": "accueil.forms.cles.AjouterCleForm",
    "authenticate_webauthn": "accueil.forms.cles.CleForm",
    "reauthenticate_webauthn": "accueil.forms.cles.ReprendreParCleForm",
}

# OpenID Connect: one provider, by configuration alone. It opens existing accounts, by verified address.
OIDC_SERVEUR = os.environ.get("OIDC_SERVEUR", "")
OIDC = os.environ.get("OIDC_NOM", "le compte du réseau") if OIDC_SERVEUR else ""  # its name on the page
SOCIALACCOUNT_ADAPTER = "accueil.comptes.AdaptateurOidc"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: a form would have to send outside, which the CSP refuses
SOCIALACCOUNT_PROVIDERS = {}
if OIDC_SERVEUR:
    if not (os.environ.get("OIDC_CLIENT") and os.environ.get("OIDC_SECRET")):
        raise ImproperlyConfigured("OIDC_SERVEUR demande aussi OIDC_CLIENT et OIDC_SECRET.")
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "reseau",
                "name": OIDC,
                "client_id": os.environ["OIDC_CLIENT"],
                "secret": os.environ["OIDC_SECRET"],
                "settings": {"server_url": OIDC_SERVEUR.rstrip("/")},
            }
        ],
    }

# A screen left alone locks itself after so many minutes; a short code opens it again.
VERROU_MINUTES = int(os.environ.get("VERROU_MINUTES", "10"))
if not 1 <= VERROU_MINUTES <= 60:
    raise ImproperlyConfigured("VERROU_MINUTES va de 1 à 60.")
SESSION_COOKIE_AGE = 12 * 3600  # seconds: a working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
