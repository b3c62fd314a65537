"""The program that lays reports out: WeasyPrint and our fonts, nothing of Django (`pimms.socle.annexe`)."""

from datetime import UTC, datetime

from fontTools.ttLib import TTFont

from pimms.socle.pdf import STATIQUES, deplier, en_pdf_archive
from qualite.rapports.polices import POLICES

__all__ = ("dessinables", "en_pdf_archive")

# What the first page of a process costs (style sheets, hyphenation, parts loaded when they serve): an eighth
# of a report, paid once before the program forks.
PAGE = """<html lang="fr"><title>Page</title><h1>Été</h1>
<p>Anticonstitutionnellement, une phrase qui se coupe.</p>
<table><tr><th>a</th><td>1</td></tr></table></html>"""

for police in POLICES:
    deplier(STATIQUES / police)
en_pdf_archive(PAGE, "dossier.css", (), b"page", datetime(2026, 1, 1, tzinfo=UTC))


def dessinables() -> frozenset[int]:
    """Code points that one of our fonts draws."""
    points: set[int] = set()
    for nom in POLICES:
        with TTFont(STATIQUES / nom, lazy=True) as lue:
            points |= set(lue.getBestCmap())
    return frozenset(points)
