"""HTML to tagged PDF by WeasyPrint, with our own fonts and nothing fetched from elsewhere.

Papers are PDF/UA-1; what is kept for years is PDF/A-3a, with its data inside, the same bytes each time.

WeasyPrint needs Pango, which the system brings: import this module where a paper is made, so that
everything else runs without it. It knows nothing of Django: the reports' program is small (`annexe`).
"""

import gc
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from fontTools.ttLib import woff2
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from pimms.socle.piece import Piece

STATIQUES = Path(__file__).resolve().parents[2] / "static"
SANS_POLICES = Path(__file__).with_name("fontconfig.xml")


class _Statiques(URLFetcher):
    """What a page may load: our own static files, nothing of a network or of the disk."""

    def fetch(self, url, headers=None):
        partie = urlsplit(url)
        chemin = Path(unquote(partie.path)).resolve()
        if partie.scheme != "file" or not chemin.is_relative_to(STATIQUES):
            raise FatalURLFetchingError(f"adresse refusée : {partie.scheme}")
        if chemin.suffix == ".woff2":
            return URLFetcherResponse(url, deplier(chemin), {"Content-Type": "font/ttf"})
        return super().fetch(url, headers)


@cache
def deplier(chemin: Path) -> bytes:
    """A font unpacked, once a process; WeasyPrint would do it again for each document."""
    sortie = io.BytesIO()
    woff2.decompress(io.BytesIO(chemin.read_bytes()), sortie)
    return sortie.getvalue()


def en_pdf(html: str, feuille: str) -> bytes:
    """Render a page with one style sheet of `static/css/`; one A4 page takes about half a second."""
    polices, statiques = FontConfiguration(), _Statiques()
    css = CSS(filename=str(STATIQUES / "css" / feuille), font_config=polices, url_fetcher=statiques)
    page = HTML(string=html, url_fetcher=statiques)
    return page.write_pdf(stylesheets=[css], font_config=polices, pdf_variant="pdf/ua-1", pdf_tags=True)


def en_pdf_archive(
    html: str, feuille: str, pieces: Sequence[Piece], identifiant: bytes, moment: datetime
) -> tuple[bytes, int]:
    """A page as PDF/A-3a with files inside; its bytes and its number of pages.

    No font of the machine is looked at: those of the style sheet are the only ones there are. The same
    arguments give the same bytes: `identifiant` is the file's own, `moment` the date of the files
    inside; that of the PDF is said by the page (`dcterms`).
    """
    with _variable("FONTCONFIG_FILE", str(SANS_POLICES)):
        polices, statiques = FontConfiguration(), _Statiques()
    css = CSS(filename=str(STATIQUES / "css" / feuille), font_config=polices, url_fetcher=statiques)
    # fontTools dates the fonts that it cuts down: by this variable, else by the clock.
    with _sans_ramassage(), _variable("SOURCE_DATE_EPOCH", str(int(moment.timestamp()))):
        document: Document = HTML(string=html, url_fetcher=statiques).render(
            stylesheets=[css], font_config=polices, pdf_variant="pdf/a-3a", pdf_tags=True
        )
        document.metadata.attachments = [
            Attachment(
                file_obj=io.BytesIO(p.octets),
                name=p.nom,
                description=p.description,
                created=moment,
                modified=moment,
                relationship=p.relation,
            )
            for p in pieces
        ]
        octets = document.write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True, pdf_identifier=identifiant)
    return octets, len(document.pages)


@contextmanager
def _sans_ramassage() -> Iterator[None]:
    """No garbage collection while pages are laid out: it would look through all their boxes again and again,
    a fifteenth of the time, for next to nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _variable(nom: str, valeur: str) -> Iterator[None]:
    """Give a variable of the environment a value for a while."""
    avant = os.environ.get(nom)
    os.environ[nom] = valeur
    try:
        yield
    finally:
        if avant is None:
            del os.environ[nom]
        else:
            os.environ[nom] = avant
