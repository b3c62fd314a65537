"""Program that cleans one uploaded file: `nettoyage.py pdf|jpeg|png`, file in, clean file out.

It runs alone (`mediation.assainissement` starts it) under limits of memory and time, and imports
nothing of the application. On refusal its last line on standard error is a code of the caller's
MESSAGES, and it ends with 1.
"""

import io
import resource
import sys
from collections.abc import Iterator
from typing import Any

import pikepdf
from PIL import Image, ImageOps

MEMOIRE = 1024 * 1024 * 1024  # bytes
TEMPS = 20  # seconds of the processor
PIXELS_MAX = 60_000_000  # more than any telephone's photograph
PAGES_MAX = 200
PROFONDEUR_MAX = 40  # of dictionaries within one object of a PDF
QUALITE_JPEG = 85

# Keys that carry scripts, attachments, computing forms, or traces of who made the file.
CLES_ECARTEES = (
    "/AA",
    "/AF",
    "/AcroForm",
    "/Collection",
    "/EF",
    "/EmbeddedFiles",
    "/JS",
    "/JavaScript",
    "/LastModified",
    "/Metadata",
    "/OpenAction",
    "/Perms",
    "/PieceInfo",
    "/RichMediaContent",
    "/Threads",
)
ACTIONS_GARDEES = frozenset({"/GoTo", "/Named", "/URI"})


class Refus(Exception):
    """The argument is a code of `mediation.assainissement.MESSAGES`."""


def image_propre(octets: bytes, format_: str) -> bytes:
    """Draw the pixels again, upright, and nothing else of the file."""
    Image.MAX_IMAGE_PIXELS = None  # refused below in our words, before a pixel is read
    try:
        with Image.open(io.BytesIO(octets), formats=[format_.upper()]) as lue:
            if lue.width * lue.height > PIXELS_MAX:
                raise Refus("pixels")
            image = ImageOps.exif_transpose(lue)
            image.load()
    except (OSError, SyntaxError, ValueError) as erreur:
        raise Refus("abime") from erreur
    transparente = format_ == "png" and (image.mode in ("LA", "RGBA") or "transparency" in image.info)
    image = image.convert("RGBA" if transparente else "L" if image.mode in ("1", "L") else "RGB")
    image.info = {}  # comments, EXIF, profiles: a save would write them again
    sortie = io.BytesIO()
    image.save(sortie, format_.upper(), **({"quality": QUALITE_JPEG} if format_ == "jpeg" else {}))
    return sortie.getvalue()


def pdf_propre(octets: bytes) -> bytes:
    """Keep the pages as they look: filled forms become drawing, scripts and attachments go."""
    try:
        with pikepdf.open(io.BytesIO(octets)) as pdf:
            if not 0 < len(pdf.pages) <= PAGES_MAX:
                raise Refus("pages" if len(pdf.pages) else "abime")
            pdf.generate_appearance_streams()
            pdf.flatten_annotations("all")
            for page in pdf.pages:
                _garder_les_liens(page.obj)
                page.externalize_inline_images(min_size=0)
            for objet in pdf.objects:
                for dictionnaire in _dictionnaires(objet):
                    _depouiller(dictionnaire)
                if isinstance(objet, pikepdf.Stream):
                    _nettoyer_image(objet)
            if "/Info" in pdf.trailer:
                del pdf.trailer["/Info"]
            sortie = io.BytesIO()
            pdf.save(sortie, deterministic_id=True)
    except pikepdf.PasswordError as erreur:
        raise Refus("protege") from erreur
    except pikepdf.PdfError as erreur:
        raise Refus("abime") from erreur
    return sortie.getvalue()


def _dictionnaires(objet: Any, fond: int = 0) -> Iterator[Any]:
    """The dictionaries of one object, those written inside it included."""
    if fond > PROFONDEUR_MAX:
        raise Refus("abime")
    if isinstance(objet, pikepdf.Dictionary | pikepdf.Stream):
        yield objet
        enfants = [objet[cle] for cle in objet.keys()]  # noqa: SIM118 — no mapping of Python's
    elif isinstance(objet, pikepdf.Array):
        enfants = list(objet)
    else:
        return
    for enfant in enfants:
        if isinstance(enfant, pikepdf.Object) and not enfant.is_indirect:
            yield from _dictionnaires(enfant, fond + 1)


def _depouiller(dictionnaire: Any) -> None:
    for cle in CLES_ECARTEES:
        if cle in dictionnaire:
            del dictionnaire[cle]
    for cle in ("/A", "/PA"):
        action = dictionnaire.get(cle)
        if isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) not in ACTIONS_GARDEES:
            del dictionnaire[cle]
    if "/S" in dictionnaire and "/Next" in dictionnaire:  # an action that calls another
        del dictionnaire["/Next"]


def _nettoyer_image(flux: Any) -> None:
    """Take out of a photograph within a PDF what its camera wrote; its pixels stay as they are."""
    filtres, parametres = _en_liste(flux.get("/Filter")), _en_liste(flux.get("/DecodeParms"))
    nettoyer = SANS_TRACE.get(str(filtres[-1])) if filtres else None
    if nettoyer is None:
        return
    octets = flux.read_raw_bytes()
    if len(filtres) > 1:  # what was put around the image
        with pikepdf.new() as feuille:
            autour = pikepdf.Stream(feuille, octets)
            autour.Filter = pikepdf.Array(filtres[:-1])
            if len(parametres) == len(filtres):
                autour.DecodeParms = feuille.copy_foreign(pikepdf.Array(parametres[:-1]))
            octets = autour.read_bytes()
    propres = parametres[-1] if len(parametres) == len(filtres) else None
    gardes = propres if isinstance(propres, pikepdf.Dictionary) else None
    flux.write(nettoyer(octets), filter=filtres[-1], decode_parms=gardes)


def _en_liste(valeur: Any) -> list[Any]:
    if valeur is None:
        return []
    return list(valeur) if isinstance(valeur, pikepdf.Array) else [valeur]


def jpeg_sans_trace(octets: bytes) -> bytes:
    """A JPEG without comments, EXIF, GPS, profiles or second pictures; raises Refus when it is broken.

    Of the application's segments, JFIF (APP0) and Adobe's (APP14) alone tell how to draw it.
    """
    if not octets.startswith(b"\xff\xd8"):
        raise Refus("abime")
    garde, i = [b"\xff\xd8"], 2
    while i + 1 < len(octets):
        if octets[i] != 0xFF:
            raise Refus("abime")
        marque = octets[i + 1]
        if marque == 0xFF:  # a byte of filling
            i += 1
            continue
        if marque == 0xD9:
            break
        fin = i + 2 + int.from_bytes(octets[i + 2 : i + 4])
        if fin < i + 4:
            raise Refus("abime")
        if marque == 0xDA:  # the pixels, up to the next marker that is none of theirs
            while (fin := octets.find(b"\xff", fin)) >= 0 and octets[fin + 1 : fin + 2] in _DANS_LES_PIXELS:
                fin += 2
            fin = len(octets) if fin < 0 else fin
        de_trop = 0xE0 <= marque <= 0xEF or marque == 0xFE
        if not de_trop or marque == 0xEE or octets[i + 4 : i + 9] == b"JFIF\x00":
            garde.append(octets[i:fin])
        i = fin
    return b"".join([*garde, b"\xff\xd9"])


def jpeg2000_sans_trace(octets: bytes) -> bytes:
    """A JPEG 2000 file without the boxes that hold what its camera or software wrote."""
    if not octets.startswith(b"\x00\x00\x00\x0cjP  "):
        return octets  # a bare codestream has no box
    garde, i = [], 0
    while i < len(octets):
        taille, entete = int.from_bytes(octets[i : i + 4]), 8
        if taille == 1:
            taille, entete = int.from_bytes(octets[i + 8 : i + 16]), 16
        fin = i + taille if taille else len(octets)  # 0: up to the end
        if fin < i + entete:
            raise Refus("abime")
        if octets[i + 4 : i + 8] not in (b"uuid", b"xml ", b"uinf", b"jp2i"):
            garde.append(octets[i:fin])
        i = fin
    return b"".join(garde)


# An escaped 0xFF, a restart, the end of what came in.
_DANS_LES_PIXELS = {b"\x00", *(bytes([0xD0 + n]) for n in range(8)), b""}
SANS_TRACE = {"/DCTDecode": jpeg_sans_trace, "/DCT": jpeg_sans_trace, "/JPXDecode": jpeg2000_sans_trace}


def _garder_les_liens(page: Any) -> None:
    if "/Annots" in page:
        page["/Annots"] = pikepdf.Array(
            a
            for a in page["/Annots"]
            if isinstance(a, pikepdf.Dictionary) and str(a.get("/Subtype", "")) == "/Link"
        )


def programme(format_: str) -> int:
    """Clean what standard input gives; the return value is the process's."""
    for limite, valeur in (
        (resource.RLIMIT_AS, MEMOIRE),
        (resource.RLIMIT_CPU, TEMPS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(limite, (valeur, valeur))
    try:
        octets = sys.stdin.buffer.read()
        propres = pdf_propre(octets) if format_ == "pdf" else image_propre(octets, format_)
    except Refus as refus:
        raison = str(refus)
    except (MemoryError, RecursionError):
        raison = "lourd"
    else:
        sys.stdout.buffer.write(propres)
        return 0
    sys.stderr.write(f"\n{raison}")
    return 1


if __name__ == "__main__":
    sys.exit(programme(sys.argv[1]))
