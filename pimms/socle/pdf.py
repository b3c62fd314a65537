"""HTML to tagged PDF (PDF/UA-1) by WeasyPrint, with our own fonts and nothing fetched from elsewhere.

WeasyPrint needs Pango, which the system brings: import this module where a paper is made, so that
everything else runs without it.
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

STATIQUES = Path(settings.BASE_DIR) / "static"


class _Statiques(URLFetcher):
    """What a page may load: our own static files, nothing of a network or of the disk."""

    def fetch(self, url, headers=None):
        partie = urlsplit(url)
        chemin = Path(unquote(partie.path)).resolve()
        if partie.scheme != "file" or not chemin.is_relative_to(STATIQUES):
            raise FatalURLFetchingError(f"adresse refusée : {partie.scheme}")
        return super().fetch(url, headers)


def en_pdf(html: str, feuille: str) -> bytes:
    """Render a page with one style sheet of `static/css/`; one A4 page takes about half a second."""
    polices, statiques = FontConfiguration(), _Statiques()
    css = CSS(filename=str(STATIQUES / "css" / feuille), font_config=polices, url_fetcher=statiques)
    page = HTML(string=html, url_fetcher=statiques)
    return page.write_pdf(stylesheets=[css], font_config=polices, pdf_variant="pdf/ua-1", pdf_tags=True)
