"""A plain text document (OpenDocument) that any word processor opens, to be completed by hand.

The text has light marks: « # » a title, « ## » and « ### » headings, « - » a list, an empty line between
paragraphs. The same text gives the same bytes.
"""

import io
import zipfile
from xml.sax.saxutils import escape

GENRE = "application/vnd.oasis.opendocument.text"
_DATE = (1980, 1, 1, 0, 0, 0)
_ESPACES = " ".join(
    f'xmlns:{court}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for court, long in (("office", "office"), ("text", "text"), ("style", "style"))
)
_TITRES = {"# ": 1, "## ": 2, "### ": 3}
MANIFESTE = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{GENRE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""


def _bloc(ligne: str) -> str:
    for marque, niveau in _TITRES.items():
        if ligne.startswith(marque):
            style = f'text:outline-level="{niveau}" text:style-name="Heading_20_{niveau}"'
            return f"<text:h {style}>{escape(ligne.removeprefix(marque))}</text:h>"
    return f"<text:p>{escape(ligne)}</text:p>"


def _corps(texte: str) -> str:
    blocs: list[str] = []
    liste: list[str] = []

    def fermer() -> None:
        if liste:
            points = "".join(f"<text:list-item><text:p>{escape(p)}</text:p></text:list-item>" for p in liste)
            blocs.append(f"<text:list>{points}</text:list>")
            liste.clear()

    for ligne in map(str.strip, texte.splitlines()):
        if ligne.startswith("- "):
            liste.append(ligne.removeprefix("- "))
            continue
        fermer()
        if ligne:
            blocs.append(_bloc(ligne))
    fermer()
    return "".join(blocs)


def en_odt(texte: str) -> bytes:
    """The document's bytes."""
    contenu = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_ESPACES} office:version="1.3">'
        f"<office:body><office:text>{_corps(texte)}</office:text></office:body></office:document-content>"
    )
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        # The kind comes first and uncompressed: that is how the format is known.
        archive.writestr(zipfile.ZipInfo("mimetype", _DATE), GENRE)
        archive.writestr(zipfile.ZipInfo("META-INF/manifest.xml", _DATE), MANIFESTE, zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("content.xml", _DATE), contenu, zipfile.ZIP_DEFLATED)
    return sortie.getvalue()
