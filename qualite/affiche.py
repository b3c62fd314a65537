"""The poster of a point's questionnaire: an A4 page with the code to aim a phone at."""

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from qualite.models import Questionnaire


class ImpressionImpossible(Exception):
    """This server has not what it needs to make a PDF (Pango)."""


def adresse(questionnaire: Questionnaire) -> str:
    """The whole address that the poster gives."""
    return f"{settings.ADRESSE_SITE}{reverse('satisfaction', args=[questionnaire.jeton])}"


def code_qr(texte: str) -> SafeString:
    """A QR code as SVG of no fixed size; a quarter of it may be scratched."""
    dessin = segno.make(texte, error="q", micro=False).svg_inline(border=2, omitsize=True)
    return mark_safe(dessin)  # noqa: S308 — squares drawn by the library


def affiche(questionnaire: Questionnaire) -> bytes:
    """The poster as a PDF; raises ImpressionImpossible."""
    try:
        from pimms.socle import pdf  # noqa: PLC0415 — the rest of the site runs without Pango
    except OSError as erreur:
        raise ImpressionImpossible from erreur
    url = adresse(questionnaire)
    contexte = {"point": questionnaire.point, "adresse": url, "code": code_qr(url)}
    return pdf.en_pdf(render_to_string("qualite/satisfaction/affiche.html", contexte), "affiche.css")
