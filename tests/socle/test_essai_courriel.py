"""The command that sends a test mail and says what happened."""

import smtplib
import socket
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from pimms.socle.management.commands.essai_courriel import FACTICE, expliquer
from pimms.socle.models import Courriel


def essayer(adresse="lea@exemple.fr"):
    sortie = StringIO()
    call_command("essai_courriel", adresse, stdout=sortie)
    return sortie.getvalue()


def test_without_a_server_the_mail_goes_to_the_outbox_and_that_is_said(db, settings):
    settings.EMAIL_BACKEND = FACTICE
    assert "rien n’est parti" in essayer()
    assert Courriel.objects.get().sujet == "Message d’essai"


def test_with_a_server_the_mail_is_handed_over_and_that_is_said(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "Message remis" in essayer()
    assert mail.outbox[0].to == ["lea@exemple.fr"]


def test_an_address_that_is_none_is_told():
    with pytest.raises(CommandError, match="n’est pas une adresse"):
        essayer("lea")


def test_a_server_that_does_not_answer_is_told(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # the port « discard », closed here
    with pytest.raises(CommandError, match="Rien ne répond"):
        essayer()


@pytest.mark.parametrize(
    ("erreur", "mot"),
    [
        (smtplib.SMTPAuthenticationError(535, b""), "mot de passe"),
        (smtplib.SMTPSenderRefused(550, b"", "x"), "expéditeur"),
        (smtplib.SMTPRecipientsRefused({}), "destinataire"),
        (socket.gaierror(), "introuvable"),
        (TimeoutError(), "pare-feu"),
        (OSError(), "OSError"),
    ],
)
def test_each_cause_has_its_words(erreur, mot):
    assert mot in expliquer(erreur)
