"""What is checked of a PDF before it is signed: that it is whole, tagged, archivable, and holds its data."""

import io
from collections.abc import Sequence

import pikepdf

from pimms.socle.piece import Defaut, Piece


def examiner(pdf: bytes, pieces: Sequence[Piece]) -> None:
    """Raise Defaut on the first thing that is wrong.

    What public tools can tell of PDF/A-3a: syntax, declaration, tags, language, colours' intent, embedded
    fonts, and each attached file with its relationship, byte for byte.
    """
    with pikepdf.open(io.BytesIO(pdf)) as lu:
        if erreurs := lu.check_pdf_syntax():
            raise Defaut(f"syntaxe : {erreurs[0]}")
        _declaration(lu)
        _polices(lu)
        _pieces(lu, pieces)


def _declaration(lu: pikepdf.Pdf) -> None:
    with lu.open_metadata() as xmp:
        if (xmp.get("pdfaid:part"), xmp.get("pdfaid:conformance")) != ("3", "A"):
            raise Defaut("le fichier ne se dit pas PDF/A-3a")
    racine = lu.Root
    if "/StructTreeRoot" not in racine or not racine.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked"):
        raise Defaut("le fichier n’est pas balisé")
    if not str(racine.get("/Lang", "")):
        raise Defaut("la langue n’est pas dite")
    if "/OutputIntents" not in racine:
        raise Defaut("le rendu des couleurs n’est pas dit")


def _polices(lu: pikepdf.Pdf) -> None:
    """Each font of each page carries its drawing."""
    for page in lu.pages:
        for nom, police in (page.resources.get("/Font") or {}).items():
            for descendante in police.get("/DescendantFonts", [police]):
                descripteur = descendante.get("/FontDescriptor", pikepdf.Dictionary())
                if not any(cle in descripteur for cle in ("/FontFile", "/FontFile2", "/FontFile3")):
                    raise Defaut(f"police {nom} non incluse")


def _pieces(lu: pikepdf.Pdf, pieces: Sequence[Piece]) -> None:
    attendues = {p.nom: p for p in pieces}
    if set(lu.attachments) != set(attendues):
        raise Defaut("les pièces jointes ne sont pas celles attendues")
    for nom, fichier in lu.attachments.items():
        if fichier.get_file().read_bytes() != attendues[nom].octets:
            raise Defaut(f"la pièce jointe {nom} diffère")
        if str(fichier.obj.get("/AFRelationship", "")) != f"/{attendues[nom].relation}":
            raise Defaut(f"le lien de la pièce jointe {nom} n’est pas dit")
