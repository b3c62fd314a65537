"""Tasks of the ground floor: mails, heartbeats, picking up what a lost Redis left behind; and how a worker
carries out what somebody asked for (`faire`)."""

import errno
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from celery import Task, shared_task
from django.conf import settings
from django.db import InterfaceError, connection
from django.db import OperationalError as BaseIndisponible
from django.db.models import QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from pimms.socle import chainage, effacements, envois
from pimms.socle.annexe import Interrompu
from pimms.socle.models import Battement

logger = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=30)  # what was just posted is on its way by itself
REPRISES = (1, 2, 4, 8, 15, 30)  # seconds: how long a worker waits for a database that was lost
ECRITURES_MAX = 20  # seconds during which the chain waits for those who are writing to the journal


def enfiler(tache: Task, *args) -> bool:
    """Send a task to its queue; with Redis gone, say so in the log and leave it to `relancer`."""
    try:
        tache.apply_async(args=args)
    except (OperationalError, OSError) as erreur:
        logger.warning("file injoignable, %s sera relancée: %s", tache.name, type(erreur).__name__)
        return False
    return True


class Impossible(Exception):
    """The work cannot be done; the message, in French, is for the person who asked."""


class Abandon(Exception):
    """The claim does not hold any more: another worker has taken the work over, or it was cancelled."""


class Vie(Protocol):
    """What a module says of the life of its work: a row taken by a conditional UPDATE that counts its tries,
    `remettre` giving it back after an error, `reposer` without counting the try."""

    INATTENDU: str
    INTERROMPU: str

    def prendre(self, pk: int, /) -> Any: ...

    def echouer(self, pris: Any, raison: str, /) -> None: ...

    def remettre(self, pris: Any, raison: str, /) -> None: ...

    def reposer(self, pris: Any, /) -> None: ...

    def a_produire(self) -> QuerySet[Any]: ...

    def clore_abandonnes(self) -> object: ...


def faire(pk: int, vie: Vie, produire: Callable[[Any], object]) -> None:
    """Carry out one row of work. Sent twice, the second finds nothing to take.

    Whatever stops it leaves the row in a state that someone acts on: « échec » with its reason, « en
    attente » again, or a claim that grows old and is taken over.
    """
    pris = vie.prendre(pk)
    if pris is None:
        return
    nom = f"{pris._meta.model_name} {pk}"
    try:
        produire(pris)
    except Impossible as erreur:
        vie.echouer(pris, str(erreur))
    except Abandon:
        logger.warning("%s: annulé, ou repris par un autre ouvrier", nom)
    except (BaseIndisponible, InterfaceError) as erreur:
        logger.exception("%s: la base a refusé", nom)
        if est_une_panne(erreur):
            _reposer(pris, nom, vie)
        else:
            vie.remettre(pris, vie.INATTENDU)
    except OSError as erreur:
        logger.exception("%s: erreur du système", nom)
        if erreur.errno in SANS_PLACE:
            _reposer(pris, nom, vie)
        else:
            vie.remettre(pris, vie.INATTENDU)
    except Interrompu:
        logger.exception("%s: un programme à côté s’est arrêté", nom)
        vie.remettre(pris, vie.INTERROMPU)
    except Exception:
        logger.exception("%s: erreur inattendue", nom)
        vie.remettre(pris, vie.INATTENDU)


# No room on the disk, no process, memory or descriptor to be had: as where the database has none.
SANS_PLACE = (
    errno.ENOSPC, errno.EDQUOT, errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE
)  # fmt: skip

# SQLSTATE: connection lost, no room (disk full), server stopping or starting; none where nobody answered.
PANNES = ("08", "53", "57P")


def est_une_panne(erreur: Exception) -> bool:
    """Whether the database failed, not the work: it is then to be done again however long that lasts."""
    code = getattr(erreur.__cause__, "pgcode", None)
    return code is None or code.startswith(PANNES)


def _reposer(pris: Any, nom: str, vie: Vie) -> None:
    """Give the claim back, for the next beat to send the work again; a lost database is waited for."""
    for pause in (0, *REPRISES):
        time.sleep(pause)
        if connection.connection is not None and not connection.is_usable():
            connection.close()  # lost with the server: the next statement opens another
        try:
            vie.reposer(pris)
        except (BaseIndisponible, InterfaceError):
            continue
        return
    logger.warning("%s: la base ne répond pas, la prise vieillira", nom)


def relancer_tout(vie: Vie, tache: Task) -> None:
    """Send again what waits: lost by Redis, refused once, or left by a dead worker."""
    vie.clore_abandonnes()
    attente = vie.a_produire().filter(demande_le__lt=timezone.now() - PATIENCE)
    for pk in attente.order_by("pk").values_list("pk", flat=True)[:200]:
        enfiler(tache, pk)


@shared_task
def envoyer_courriel(pk: int) -> None:
    """Try to send one mail. Sent twice, the second finds nothing to claim."""
    courriel = envois.prendre(pk)
    if courriel is not None:
        envois.envoyer(courriel)


@shared_task
def battre() -> None:
    """Beat's own pulse: ask each queue for a sign of life."""
    emis = timezone.now()
    Battement.objects.update_or_create(nom="beat", defaults={"emis_le": emis, "vu_le": emis})
    for file in ("courant", "exports", "rapports"):
        repondre.apply_async(args=[file, emis.isoformat()], queue=file, expires=60)


@shared_task
def repondre(file: str, emis_le: str) -> None:
    """A worker's answer: when it was asked, when it answered; the difference is the lag."""
    Battement.objects.update_or_create(
        nom=file,
        defaults={"emis_le": datetime.fromisoformat(emis_le), "vu_le": timezone.now()},
    )


def vivre(file: str) -> None:
    """A worker that takes long work is alive, though what `battre` asks waits behind it in the queue."""
    maintenant = timezone.now()
    Battement.objects.update_or_create(
        nom=file,
        defaults={"vu_le": maintenant},
        create_defaults={"emis_le": maintenant, "vu_le": maintenant},
    )


@shared_task
def relancer() -> None:
    """Enqueue each mail whose next try has come, or that a crash or a lost queue left behind."""
    if abandonnes := envois.clore():
        logger.warning("courriels: %s abandonnés", abandonnes)
    dus = envois.a_envoyer().filter(prochain_essai_le__lt=timezone.now() - PATIENCE)
    for pk in dus.order_by("prochain_essai_le").values_list("pk", flat=True)[:200]:
        enfiler(envoyer_courriel, pk)


@shared_task
def purger_courriels() -> None:
    """Forget the mails of long ago."""
    if oublies := envois.purger():
        logger.info("courriels: %s oubliés", oublies)


@shared_task
def chainer_le_journal() -> None:
    """Chain what the journal has received. Somebody who writes for long makes it wait for the next run."""
    borne = chainage.Borne()
    fin = time.monotonic() + ECRITURES_MAX
    while not borne.sure:
        if time.monotonic() > fin:
            logger.info("journal: une écriture dure, la chaîne attend")
            return
        time.sleep(0.2)
    chainage.chainer(borne)


@shared_task
def reecrire_les_effacements() -> None:
    """Write the list of erasures anew: what it lacked is told, and is there again."""
    if manquaient := effacements.reecrire(Path(settings.EFFACEMENTS)):
        logger.error("effacements: %s lignes manquaient à la liste gardée à part", manquaient)


@shared_task
def envoyer_la_tete() -> None:
    """Mail the journal's head to the union's addresses: who rewrites the database can't rewrite mails."""
    from pimms.socle.tete_du_jour import envoyer  # noqa: PLC0415 — the outbox stands on this module

    envoyer(settings.ADRESSES_JOURNAL)
