"""Files as they come from outside: recognised by content, stripped, refused with a clear word."""

import io
import zlib

import pikepdf
import pytest
from PIL import Image

from mediation.assainissement import MESSAGES, Refus, assainir
from mediation.nettoyage import CLES_ECARTEES, jpeg2000_sans_trace, jpeg_sans_trace
from tests.mediation.fabrique import un_pdf, une_image


def _refus(octets: bytes) -> str:
    with pytest.raises(Refus) as erreur:
        assainir(octets)
    assert str(erreur.value) in MESSAGES
    return str(erreur.value)


def _pdf_charge() -> bytes:
    sortie = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        pdf.docinfo["/Author"] = "Zéphyrine"
        with pdf.open_metadata() as xmp:
            xmp["dc:creator"] = ["Zéphyrine"]
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('Zephyrine')")
        pdf.Root.OpenAction = pdf.make_indirect(script)
        pdf.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["a", script]))
        pdf.attachments["secret.txt"] = b"Zephyrine"
        lien = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=script
        )
        page.obj.Annots = pikepdf.Array([pdf.make_indirect(lien)])
        page.obj.AA = pikepdf.Dictionary(O=script)
        pdf.save(sortie)
    return sortie.getvalue()


def test_a_pdf_loses_scripts_attachments_and_metadata():
    format_, propre = assainir(_pdf_charge())
    assert format_ == "pdf"
    with pikepdf.open(io.BytesIO(propre)) as pdf:
        assert len(pdf.pages) == 1
        assert not pdf.attachments
        assert "/Info" not in pdf.trailer
        ecrit = b"".join(objet.unparse() for objet in pdf.objects)
    for cle in CLES_ECARTEES:
        assert cle.encode() + b" " not in ecrit, cle
    assert b"phyrine" not in ecrit


def test_a_filled_form_keeps_what_was_written_in_it():
    sortie = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        apparence = pdf.make_stream(
            b"BT (Rempli) Tj ET", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 90, 20]
        )
        champ = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T="nom",
                V="Rempli",
                DA="/Helv 10 Tf",
                F=4,
                Rect=[10, 10, 100, 30],
                AP=pikepdf.Dictionary(N=apparence),
            )
        )
        page.obj.Annots = pikepdf.Array([champ])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[champ])
        pdf.save(sortie)
    _, propre = assainir(sortie.getvalue())
    with pikepdf.open(io.BytesIO(propre)) as pdf:
        dessins = [bytes(o.read_bytes()) for o in pdf.objects if isinstance(o, pikepdf.Stream)]
    assert any(b"Rempli" in dessin for dessin in dessins)


@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_an_image_loses_where_and_when_it_was_taken(format_):
    exif = Image.Exif()
    exif[0x010E] = "Zephyrine"
    trouve, propre = assainir(une_image(format_, exif=exif))
    assert trouve == format_.lower()
    assert b"Zephyrine" not in propre
    with Image.open(io.BytesIO(propre)) as image:
        assert (image.size, dict(image.getexif())) == ((40, 30), {})


def test_a_photograph_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    _, propre = assainir(une_image(exif=exif))
    with Image.open(io.BytesIO(propre)) as image:
        assert image.size == (30, 40)


def _photo(mode: str = "RGB", **options) -> bytes:
    """A photograph that says where it was taken, before, within and after its picture."""
    exif = Image.Exif()
    exif[0x010E] = "Zephyrine"
    exif.get_ifd(0x8825)[1] = "N"
    sortie = io.BytesIO()
    image = Image.effect_noise((64, 48), 90).convert(mode)
    image.save(sortie, "JPEG", exif=exif, comment=b"Zephyrine", **options)
    return sortie.getvalue() + b"Zephyrine"


def _pdf_avec(photo: bytes, *autour: str) -> bytes:
    """A scanned page: the photograph once as an object, once in the page's own drawing."""
    sortie = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        image = pikepdf.Stream(pdf, zlib.compress(photo) if autour else photo)
        image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        image.Width, image.Height, image.BitsPerComponent = 64, 48, 8
        image.ColorSpace = pikepdf.Name.DeviceRGB
        image.Filter = pikepdf.Array([*(pikepdf.Name(f) for f in autour), pikepdf.Name.DCTDecode])
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Photo=image))
        dessin = b"BI /W 64 /H 48 /BPC 8 /CS /RGB /F /DCT ID " + photo + b" EI"
        page.obj.Contents = pdf.make_stream(dessin)
        pdf.save(sortie)
    return sortie.getvalue()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 3}])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_photograph_loses_its_traces_without_a_pixel_changed(mode, options):
    photo = _photo(mode, **options)
    propre = jpeg_sans_trace(photo)
    assert b"Zephyrine" not in propre
    assert b"Exif" not in propre
    with Image.open(io.BytesIO(photo)) as avant, Image.open(io.BytesIO(propre)) as apres:
        assert avant.tobytes() == apres.tobytes()


@pytest.mark.parametrize("autour", [[], ["/FlateDecode"]])
def test_a_photograph_within_a_pdf_loses_where_it_was_taken(autour):
    _, propre = assainir(_pdf_avec(_photo(), *autour))
    with pikepdf.open(io.BytesIO(propre)) as pdf:
        images = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
        assert len(images) == 2
        for image in images:
            assert pikepdf.PdfImage(image).as_pil_image().size == (64, 48)
            assert b"Zephyrine" not in image.read_raw_bytes()
            assert b"Exif" not in image.read_raw_bytes()
    assert b"Zephyrine" not in propre


def test_a_jpeg2000_within_a_pdf_loses_its_boxes_of_text():
    sortie = io.BytesIO()
    Image.effect_noise((32, 32), 50).save(sortie, "JPEG2000")
    boite = b"xml <x>Zephyrine</x>"
    image = sortie.getvalue() + (len(boite) + 4).to_bytes(4) + boite
    propre = jpeg2000_sans_trace(image)
    assert propre == sortie.getvalue()


def test_a_broken_photograph_within_a_pdf_is_refused():
    assert _refus(_pdf_avec(b"\xff\xd8\xff\xe1\x00\x01" + bytes(20))) == "abime"


@pytest.mark.parametrize("octets", [b"MZ\x90\x00programme", b"<html><script>", b"PK\x03\x04", b""])
def test_what_is_no_document_is_refused_whatever_its_name(octets):
    assert _refus(octets) == "inconnu"


@pytest.mark.parametrize(
    "octets", [b"%PDF-1.7\n<script>", b"\xff\xd8\xff\xe0faux", b"\x89PNG\r\n\x1a\nfaux", un_pdf()[:200]]
)
def test_a_file_that_only_begins_like_a_document_is_refused(octets):
    assert _refus(octets) == "abime"


def test_an_image_bomb_is_refused_before_it_is_opened():
    bombe = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bombe, "PNG")
    assert len(bombe.getvalue()) < 100_000
    assert _refus(bombe.getvalue()) == "pixels"


def test_a_pdf_of_too_many_pages_is_refused():
    sortie = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(201):
            pdf.add_blank_page()
        pdf.save(sortie)
    assert _refus(sortie.getvalue()) == "pages"


def test_a_pdf_under_password_is_refused():
    sortie = io.BytesIO()
    with pikepdf.open(io.BytesIO(un_pdf())) as pdf:
        pdf.save(sortie, encryption=pikepdf.Encryption(owner="un", user="deux"))
    assert _refus(sortie.getvalue()) == "protege"


def test_a_telephone_s_own_format_is_named():
    assert _refus(b"\x00\x00\x00\x18ftypheic\x00\x00") == "heic"
