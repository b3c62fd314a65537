"""Tasks of quality: attestations' PDFs, reminders, integrity of proofs, evaluations, reports, archives."""

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accueil.models import Utilisateur
from pimms.socle.controle_journal import controler
from pimms.socle.taches import enfiler, faire, relancer_tout, vivre
from qualite import (
    attestation_pdf,
    conservation,
    integrite,
    rappels,
    rappels_actions,
    rappels_preuves,
    rappels_saisines,
)
from qualite.archives import vie as vie_des_archives
from qualite.models import Attestation, VersionPreuve
from qualite.rapports import production, vie
from qualite.reevaluation import evaluer_ce_qui_est_du
from qualite.temoins_du_journal import tetes

logger = logging.getLogger(__name__)


@shared_task
def produire_attestation(pk: int) -> None:
    """Make one attestation's PDF. Sent twice, the second finds it there."""
    attestation_pdf.produire(pk)


@shared_task
def relancer_attestations() -> None:
    """Send again the attestations without a PDF: lost by Redis, or left by a dead worker."""
    ancien = timezone.now() - timedelta(seconds=attestation_pdf.RETARD)
    sans = Attestation.objects.filter(pdf__isnull=True, le__lt=ancien).order_by("-pk")
    for pk in sans.values_list("pk", flat=True)[: attestation_pdf.LOT]:
        enfiler(produire_attestation, pk)


@shared_task
def rappeler_attestations() -> None:
    """Remind those whose attestation is due in 30, 7 or 1 day; each reminder goes once."""
    envoyes = rappels.envoyer_rappels()
    if envoyes:
        logger.info("charte: %s rappels", envoyes)


@shared_task
def rappeler_preuves() -> None:
    """Tell who keeps a proof that it ends in 30, 7 or 1 day; each reminder goes once."""
    envoyes = rappels_preuves.envoyer_rappels(timezone.localdate())
    if envoyes:
        logger.info("preuves: %s rappels", envoyes)


@shared_task
def rappeler_saisines() -> None:
    """Tell who deals with a complaint or a request that its answer is due; each reminder goes once."""
    envoyes = rappels_saisines.envoyer_rappels(timezone.localdate())
    if envoyes:
        logger.info("réclamations et demandes: %s rappels", envoyes)


@shared_task
def rappeler_actions() -> None:
    """Tell whom a corrective action waits for that it is due in 30, 7 or 1 day; each reminder goes once."""
    envoyes = rappels_actions.envoyer_rappels()
    if envoyes:
        logger.info("actions correctives: %s rappels", envoyes)


@shared_task
def controler_preuves() -> None:
    """Open every proof and yearly account; what differs from its hash counts as missing from now on."""

    def signaler(version: VersionPreuve) -> None:
        logger.error("preuve %s, version %s: fichier altéré", version.preuve_id, version.numero)

    integrite.controler_toutes(signaler)
    integrite.controler_bilans(lambda rapport: logger.error("rapport %s: fichier altéré", rapport.reference))


@shared_task
def verifier_le_journal() -> None:
    """Verify the journal's chain, against the heads that sealed reports hold too."""
    controle = controler(tetes(), settings.ADRESSES_JOURNAL)
    if not controle.bon:
        logger.error("journal: rompu au maillon %s: %s", controle.rupture, controle.motif)


@shared_task
def conserver() -> None:
    """The night's retention. Two at once: the second does nothing."""
    passage = conservation.passer(timezone.localdate())
    if passage:
        logger.info("conservation: %s", passage.comptes)


@shared_task
def conserver_a_blanc(personne: int) -> None:
    """Count what a night would take, as somebody of the union asked; nothing is taken."""
    conservation.passer(timezone.localdate(), par=Utilisateur.objects.get(pk=personne), a_blanc=True)


@shared_task
def reevaluer() -> None:
    """Evaluate the network at night, and by day what has changed. Two at once: the second does nothing."""
    calcul = evaluer_ce_qui_est_du()
    if calcul:
        logger.info("constats: %s évalués, %s verdicts changés", calcul.constats, calcul.changements)


@shared_task(soft_time_limit=vie.DUREE_MAX, time_limit=vie.DUREE_MAX + 30)
def produire_rapport(pk: int) -> None:
    """Make one report."""
    vivre("rapports")
    faire(pk, vie, production.produire)


@shared_task
def relancer_rapports() -> None:
    """Send again the reports that wait."""
    relancer_tout(vie, produire_rapport)


@shared_task(soft_time_limit=vie_des_archives.DUREE_MAX, time_limit=vie_des_archives.DUREE_MAX + 30)
def produire_archive(pk: int) -> None:
    """Write everything that an association owns into one sealed file."""
    vivre("exports")
    faire(pk, vie_des_archives, vie_des_archives.produire)


@shared_task
def tenir_les_archives() -> None:
    """Take back the archives whose days are over; send again those that wait."""
    if retirees := vie_des_archives.purger():
        logger.info("archives: %s retirées", retirees)
    relancer_tout(vie_des_archives, produire_archive)
