"""Files as they come from outside: recognised by content, stripped, refused with a clear word."""

import io

import pikepdf
import pytest
from PIL import Image

from mediation.assainissement import MESSAGES, Refus, assainir
from mediation.nettoyage import CLES_ECARTEES
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
