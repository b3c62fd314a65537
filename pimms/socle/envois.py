"""The life of a queued mail: tried, tried again for a day and a half, then sent or given up.

A try is claimed by a conditional UPDATE and signed by its number, so that two workers never send the
same mail at once, and one thought dead cannot overwrite what another has done since. Waits between
tries grow (`ATTENTES`). A mail is given up after the last try, at the end of the link inside, or as
soon as the server says for good that the address does not exist.
"""

import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from pimms.socle.models import Courriel

# After the first failure, the second and so on; a little over 34 hours in all.
ATTENTES = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)),
    *(timedelta(hours=heures) for heures in (3, 6, 12, 12)),
)
ESSAIS_MAX = len(ATTENTES) + 1
# A claim older than this belonged to a dead worker: a server may take its time at each step.
DELAI_REPRISE = timedelta(minutes=5)
GARDES = timedelta(days=90)  # to whom, about what and when, once sent or given up
RECENTS = timedelta(days=7)  # of the mails given up, those that `/sante/` counts

EXPIRE = "périmé avant d’avoir pu partir"
INTERROMPU = "interrompu à chaque essai"


def en_attente() -> QuerySet[Courriel]:
    """Mails neither sent nor given up."""
    return Courriel.objects.filter(envoye_le__isnull=True, abandonne_le__isnull=True)


def a_envoyer() -> QuerySet[Courriel]:
    """Waiting mails whose time has come, and which no living worker is sending."""
    maintenant = timezone.now()
    return en_attente().filter(
        Q(pris_le__isnull=True) | Q(pris_le__lt=maintenant - DELAI_REPRISE),
        Q(expire_le__isnull=True) | Q(expire_le__gt=maintenant),
        prochain_essai_le__lte=maintenant,
        essais__lt=ESSAIS_MAX,
    )


def prendre(pk: int) -> Courriel | None:
    """Claim one try by an UPDATE that must change one row; None when there is nothing to try."""
    pris = a_envoyer().filter(pk=pk).update(pris_le=timezone.now(), essais=F("essais") + 1)
    return Courriel.objects.get(pk=pk) if pris else None


def envoyer(courriel: Courriel) -> None:
    """Hand a claimed mail over to the server, and write down what came of it."""
    try:
        send_mail(
            courriel.sujet,
            courriel.corps,
            None,
            [courriel.destinataire],
            html_message=courriel.html or None,
        )
    except (OSError, ValueError) as erreur:  # ValueError: an address or a subject that no mail may bear
        _noter_l_echec(courriel, erreur)
    else:
        _le_mien(courriel).update(envoye_le=timezone.now(), pris_le=None, erreur="", **_sans_corps())


def _le_mien(courriel: Courriel) -> QuerySet[Courriel]:
    """The row, as long as this try is the latest."""
    return en_attente().filter(pk=courriel.pk, essais=courriel.essais)


def _sans_corps() -> dict[str, str]:
    return {} if settings.DEMO else {"corps": "", "html": ""}


def _noter_l_echec(courriel: Courriel, erreur: Exception) -> None:
    maintenant, cause = timezone.now(), type(erreur).__name__
    attente = ATTENTES[courriel.essais - 1] if courriel.essais <= len(ATTENTES) else None
    suite = maintenant + attente if attente else None
    trop_tard = suite and courriel.expire_le and suite >= courriel.expire_le
    if suite is None or trop_tard or _definitif(erreur):
        _le_mien(courriel).update(abandonne_le=maintenant, pris_le=None, erreur=cause, **_sans_corps())
    else:
        _le_mien(courriel).update(prochain_essai_le=suite, pris_le=None, erreur=cause)


def _definitif(erreur: Exception) -> bool:
    """Whether trying again is of no use: no such mailbox (5xx), or nothing that a mail may bear."""
    if isinstance(erreur, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in erreur.recipients.values())
    return isinstance(erreur, ValueError)


def clore() -> int:
    """Give up what can no longer be sent: the link inside has ended, or every try was cut short."""
    maintenant = timezone.now()
    libres = en_attente().filter(Q(pris_le__isnull=True) | Q(pris_le__lt=maintenant - DELAI_REPRISE))
    fin = {"abandonne_le": maintenant, "pris_le": None} | _sans_corps()
    perimes = libres.filter(expire_le__lte=maintenant).update(erreur=EXPIRE, **fin)
    return perimes + libres.filter(essais__gte=ESSAIS_MAX).update(erreur=INTERROMPU, **fin)


def purger() -> int:
    """Forget the mails sent or given up long ago; how many."""
    limite = timezone.now() - GARDES
    vieux = Q(envoye_le__lt=limite) | Q(abandonne_le__lt=limite)
    return Courriel.objects.filter(vieux).delete()[0]


def compter() -> dict[str, int]:
    """Mails that wait, those of them that failed at least once, and those given up in the last week."""
    attente = Q(envoye_le__isnull=True, abandonne_le__isnull=True)
    return Courriel.objects.filter(attente | Q(abandonne_le__gt=timezone.now() - RECENTS)).aggregate(
        en_attente=Count("pk", filter=attente),
        en_echec=Count("pk", filter=attente & ~Q(erreur="")),
        abandonnes=Count("pk", filter=Q(abandonne_le__isnull=False)),
    )
