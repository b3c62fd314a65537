"""Floor of reports: WeasyPrint alone, on the same pages with the same style sheet, fonts and kind of PDF.

Usage: python -m pimms.outils.bench.plancher_rapports DOSSIER FEUILLE RANG SUR, for one in SUR of the `.html`
in that folder, from RANG: several at once share them.
"""

import sys
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration


def main(dossier: Path, feuille: Path, rang: int, sur: int) -> None:
    """Lay each page out; the bytes are thrown away."""
    for page in sorted(dossier.glob("*.html"))[rang::sur]:
        polices = FontConfiguration()
        css = CSS(filename=str(feuille), font_config=polices)
        html = HTML(string=page.read_text(encoding="utf-8"))
        html.write_pdf(stylesheets=[css], font_config=polices, pdf_variant="pdf/a-3a", pdf_tags=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]), *map(int, sys.argv[3:]))
