"""Tasks of the reception app: making exports, picking up those left behind, deleting old files."""

import logging
from datetime import timedelta

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from accueil import agregats, exports
from accueil.frequences import ordonner_les_bureaux
from accueil.verification_agregats import sonder
from pimms.socle.taches import enfiler

logger = logging.getLogger(__name__)

LOTS = 200  # of days, in one run of the aggregates: some seconds
PATIENCE = timedelta(seconds=30)  # after which a waiting export is sent to its queue again


@shared_task
def produire_export(pk: int) -> None:
    """Make one export. Sent twice, the second finds nothing to take.

    Whatever stops it leaves the row in a state that someone acts on: « échec » with its reason,
    « en attente » again, or a claim that grows old and is taken over.
    """
    export = exports.prendre(pk)
    if export is None:
        return
    try:
        exports.produire(export)
    except exports.ExportImpossible as erreur:
        exports.echouer(export, str(erreur))
    except exports.RepriseParUnAutre:
        logger.warning("export %s: repris par un autre ouvrier", pk)
    except (OperationalError, InterfaceError):
        # The database is gone: nothing can be written about it; the claim will grow old.
        logger.exception("export %s: base indisponible", pk)
    except Exception:
        logger.exception("export %s: erreur inattendue", pk)
        exports.remettre(export, exports.INATTENDU)


@shared_task
def relancer_exports() -> None:
    """Send again the exports that wait: lost by Redis, refused once, or left by a dead worker."""
    exports.clore_abandonnes()
    attente = exports.a_produire().filter(demande_le__lt=timezone.now() - PATIENCE)
    for pk in attente.values_list("pk", flat=True).order_by("pk")[:200]:
        enfiler(produire_export, pk)


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
    agregats.rattraper(LOTS)


@shared_task
def controler_les_agregats() -> None:
    """Compare a sample of days with the visits; `/sante/` tells what was found."""
    sonder()
