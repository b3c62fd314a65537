"""Tasks of the reception app: making exports, picking up those left behind, deleting old files."""

import logging

from celery import shared_task

from accueil import agregats, exports, sessions
from accueil.frequences import ordonner_les_bureaux
from accueil.verification_agregats import noter_rattrapage, sonder
from pimms.socle.taches import faire, relancer_tout, vivre

logger = logging.getLogger(__name__)

LOTS = 200  # of days, in one run of the aggregates: some seconds


@shared_task
def produire_export(pk: int) -> None:
    """Make one export."""
    vivre("exports")
    faire(pk, exports, exports.produire)


@shared_task
def relancer_exports() -> None:
    """Send again the exports that wait."""
    relancer_tout(exports, produire_export)


@shared_task
def purger_sessions() -> None:
    """Forget logins that are over."""
    sessions.purger()


@shared_task
def purger_exports() -> None:
    """Delete the files of exports that have expired."""
    supprimes = exports.purger()
    if supprimes:
        logger.info("exports: %s fichiers supprimés", supprimes)


@shared_task
def ranger_les_bureaux() -> None:
    """Fix this week's order of themes and partners, for each person in post who has none yet."""
    ordonner_les_bureaux()


@shared_task
def tenir_les_agregats() -> None:
    """Compute again the days that entries have marked; what is left waits for the next run."""
    noter_rattrapage(agregats.rattraper(LOTS))


@shared_task
def controler_les_agregats() -> None:
    """Compare a sample of days with the visits; `/sante/` tells what was found."""
    sonder()
