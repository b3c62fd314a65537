"""The attestation as a PDF: who attested which text, when, with the text itself."""

import hashlib

from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accueil.models import Association, PointAccueil
from accueil.models.personnes import ROLES_DE_POINT
from qualite.models import Attestation, AttestationPdf
from qualite.parametres import valeurs_du_jour
from qualite.textes_charte import morceaux

RETARD = 60  # seconds, after which a PDF still missing is made again by the beat
LOT = 20  # made at most by one run


def rendre(attestation: Attestation) -> bytes:
    """The PDF's bytes, made from what stood on the day of the attestation; half a second a page."""
    from pimms.socle import pdf  # noqa: PLC0415 — the rest of the site runs without Pango

    points = (
        PointAccueil.objects.filter(
            acces__personne=attestation.personne_id,
            acces__role__in=ROLES_DE_POINT,
            acces__debut__lte=attestation.jour,
        )
        .exclude(acces__fin__lt=attestation.jour)
        .distinct()
    )
    employeurs = Association.objects.filter(points__in=points).distinct()
    contexte = {
        "attestation": attestation,
        "charte": attestation.charte,
        "personne": attestation.personne,
        "points": list(points),
        "employeurs": list(employeurs),
        "morceaux": list(morceaux(attestation.charte.texte)),
        "moment": timezone.localtime(attestation.le),
        "duree": valeurs_du_jour(attestation.jour)["attestation_duree"],
    }
    return pdf.en_pdf(render_to_string("rapports/attestation.html", contexte), "rapports.css")


def produire(pk: int) -> bool:
    """Make and store an attestation's PDF; False when it was there already (made twice, one stays)."""
    attestation = Attestation.objects.select_related("charte", "personne").get(pk=pk)
    if AttestationPdf.objects.filter(attestation=attestation).exists():
        return False
    octets = rendre(attestation)
    try:
        with transaction.atomic():
            AttestationPdf.objects.create(
                attestation=attestation, octets=octets, empreinte=hashlib.sha256(octets).hexdigest()
            )
    except IntegrityError:
        return False
    return True


def lire(attestation: Attestation) -> bytes | None:
    """The bytes of the PDF, or None while it is being made. Raises PdfAltere when they were changed."""
    pdf = AttestationPdf.objects.filter(attestation=attestation).first()
    if pdf is None:
        return None
    octets = bytes(pdf.octets)
    if hashlib.sha256(octets).hexdigest() != pdf.empreinte:
        raise PdfAltere
    return octets


class PdfAltere(Exception):
    """What is stored is not what was made."""
