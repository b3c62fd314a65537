"""The program that lays reports out: WeasyPrint and our fonts, nothing of Django (`pimms.socle.annexe`)."""

from fontTools.ttLib import TTFont

from pimms.socle.pdf import STATIQUES, deplier, en_pdf_archive
from qualite.rapports.polices import POLICES

__all__ = ("dessinables", "en_pdf_archive")

for police in POLICES:
    deplier(STATIQUES / police)


def dessinables() -> frozenset[int]:
    """Code points that one of our fonts draws."""
    points: set[int] = set()
    for nom in POLICES:
        with TTFont(STATIQUES / nom, lazy=True) as lue:
            points |= set(lue.getBestCmap())
    return frozenset(points)
