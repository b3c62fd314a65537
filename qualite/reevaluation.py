"""What is due to be evaluated again: the network each night, and the points that have changed since."""

from datetime import datetime

from django.utils import timezone

from pimms.socle.journal import CONSULTATIONS
from pimms.socle.models import EntreeJournal
from qualite.evaluation import RECUL, evaluer
from qualite.models import Calcul

HEURE = 4  # local hour of Paris from which the night's evaluation is due
# What belongs to no point and bears on everything.
GENERAUX = (
    "convention", "contratfranchise", "association", "partenaire", "valeur", "application", "charte",
    "attestation", "preuve", "versionpreuve", "evenementpreuve", "sansobjet",
)  # fmt: skip


def evaluer_ce_qui_est_du(maintenant: datetime | None = None) -> Calcul | None:
    """Evaluate what changed since the last run, everything when the night's run is due; None if nothing."""
    maintenant = maintenant or timezone.now()
    dernier = Calcul.objects.first()
    complet = Calcul.objects.filter(complet=True).first()
    local = timezone.localtime(maintenant)
    if dernier is None or complet is None or (complet.au < local.date() and local.hour >= HEURE):
        return evaluer()
    entrees = EntreeJournal.objects.filter(pk__gt=dernier.journal, horodatage__lte=maintenant - RECUL)
    entrees = entrees.exclude(acte__in=CONSULTATIONS).order_by()  # reading changes no finding
    if entrees.filter(objet__in=GENERAUX).exists():
        return evaluer()
    lus = entrees.filter(point_id__isnull=False).values_list("point_id", flat=True).distinct()
    points = {cle for cle in lus if cle}
    return evaluer(points) if points else None
