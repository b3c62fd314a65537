"""Send a test e-mail at once, and say in plain words what happened."""

import smtplib
import socket
import time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.template.loader import render_to_string

from pimms.socle.courriels import poster
from pimms.socle.typographie import nombre

FACTICE = "django.core.mail.backends.dummy.EmailBackend"


# The first type that fits tells it; {s} is the server, {h} its name, {e} the sender, {t} seconds.
CAUSES: list[tuple[type[OSError], str]] = [
    (
        smtplib.SMTPAuthenticationError,
        "Le serveur refuse l’identifiant ou le mot de passe (EMAIL_HOST_USER, EMAIL_HOST_PASSWORD).",
    ),
    (smtplib.SMTPSenderRefused, "Le serveur refuse l’expéditeur {e} (DEFAULT_FROM_EMAIL)."),
    (smtplib.SMTPRecipientsRefused, "Le serveur refuse le destinataire."),
    (socket.gaierror, "Le serveur {h} est introuvable (EMAIL_HOST)."),
    (ConnectionRefusedError, "Rien ne répond à {s} (EMAIL_HOST, EMAIL_PORT)."),
    (TimeoutError, "{s} n’a pas répondu en {t} secondes\u202f: un pare-feu, peut-être."),
]


def expliquer(erreur: OSError) -> str:
    """Why a mail could not be handed over, and what to look at."""
    serveur = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    autre = f"Échec de l’envoi par {serveur}\u202f: {type(erreur).__name__}."
    texte = next((texte for genre, texte in CAUSES if isinstance(erreur, genre)), autre)
    return texte.format(
        s=serveur, h=settings.EMAIL_HOST, e=settings.DEFAULT_FROM_EMAIL, t=settings.EMAIL_TIMEOUT
    )


class Command(BaseCommand):
    help = "Envoie un message d’essai à une adresse et dit ce qui s’est passé."

    def add_arguments(self, parser) -> None:
        parser.add_argument("adresse", metavar="ADRESSE")

    def handle(self, *args, adresse: str, **options) -> None:
        try:
            validate_email(adresse)
        except ValidationError as erreur:
            raise CommandError(f"{adresse} n’est pas une adresse électronique.") from erreur
        sujet, _, corps = render_to_string("courriels/essai.txt").strip().partition("\n")
        if settings.EMAIL_BACKEND == FACTICE:
            poster(adresse, sujet, corps.strip())
            self.stdout.write(
                "Aucun serveur d’envoi n’est réglé (EMAIL_HOST)\u202f: rien n’est parti. "
                "Le message est dans la boîte d’envoi"
                + (", à lire sur /courriels/." if settings.DEMO else ".")
            )
            return
        depart = time.perf_counter()
        try:
            EmailMessage(sujet, corps.strip(), to=[adresse]).send()
        except OSError as erreur:
            raise CommandError(expliquer(erreur)) from erreur
        duree = nombre(time.perf_counter() - depart, 1)
        self.stdout.write(
            f"Message remis en {duree} s à {settings.EMAIL_HOST}:{settings.EMAIL_PORT} pour {adresse}. "
            "S’il n’arrive pas, regardez les indésirables."
        )
