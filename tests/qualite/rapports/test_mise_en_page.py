"""The page from hostile or very long snapshots, and what is checked before a signature."""

import copy
import io
import subprocess

import pikepdf
import pytest
from django.utils import timezone

from pimms.socle import pdf
from pimms.socle.piece import Piece
from qualite.rapports import examen
from qualite.rapports.document import LIGNES_MAX, Document, contexte
from qualite.rapports.glyphes import lisibles
from qualite.rapports.instantane import canonique
from qualite.rapports.pieces import joindre
from qualite.rapports.production import mettre_en_page

pytestmark = pytest.mark.django_db  # before the browser's tests: signing starts an event loop of its own


def _document(contenu) -> Document:
    return Document(canonique(contenu), "0" * 64)


def test_what_our_fonts_do_not_draw_is_shown_as_a_sign_and_counted():
    assert lisibles({"nom": ["Été 😀", "مرحبا"], "n": 3}) == ({"nom": ["Été ¤", "¤¤¤¤¤"], "n": 3}, 6)


def test_a_decomposed_accent_is_drawn():
    assert lisibles("e\u0301te\u0301") == ("été", 0)


def test_hostile_texts_make_a_file_that_passes_the_checks(produit):
    contenu = copy.deepcopy(produit.contenu)
    # More than ten times what a column takes; the time of a word that is never cut grows with its square.
    contenu["perimetre"]["nom"] = "x" * 2_000
    contenu["constats"][0]["phrase"] = "مرحبا 😀 <script>alert(1)</script> & « \u202e »"
    contenu["actions"][0]["titre"] = "=cmd()" + "y" * 2_000
    document = _document(contenu)
    octets, _ = mettre_en_page(document)
    examen.examiner(octets, joindre(contenu, document.octets))
    assert "<script>" not in document.html()


def test_no_font_of_the_machine_stands_in_for_ours(tmp_path):
    familles = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=True).stdout
    famille = familles.partition("\n")[0].partition(",")[0]
    assert famille  # else there would be nothing to keep out
    page = f'<html lang="fr"><title>x</title><body style="font-family: \'{famille}\', monospace">Été</body>'
    octets, _ = pdf.en_pdf_archive(page, "dossier.css", [], b"0" * 32, timezone.now())
    chemin = tmp_path / "page.pdf"
    chemin.write_bytes(octets)
    vues = subprocess.run(["pdffonts", chemin], capture_output=True, text=True, check=True).stdout
    polices = [ligne.split()[0] for ligne in vues.splitlines()[2:]]
    assert polices
    assert all("Source-Sans" in nom for nom in polices)


def test_a_long_annex_is_summarised_in_the_page_and_whole_in_its_file(produit):
    contenu = copy.deepcopy(produit.contenu)
    contenu["preuves"] = [contenu["preuves"][0] | {"reference": f"P-{n}.1"} for n in range(5_000)]
    lu = contexte(contenu, "0" * 64)
    assert len(lu["preuves"]["en_vigueur"]) == LIGNES_MAX
    assert lu["preuves"]["de_trop"]["en_vigueur"] == 5_000 - LIGNES_MAX
    csv = next(p for p in joindre(contenu, b"") if p.nom == "preuves.csv")
    assert csv.octets.count(b'"P-') == 5_000


def test_what_people_wrote_as_a_day_stays_as_it_was_typed(produit):
    contenu = copy.deepcopy(produit.contenu)
    contenu["actions"][0]["titre"], contenu["constats_d_audits"] = "2026-02-30", []
    assert "2026-02-30" in _document(contenu).html()


def test_each_list_of_documents_says_how_many_are_in_its_file_alone(produit):
    contenu = copy.deepcopy(produit.contenu)
    modele = contenu["preuves"][0] | {"vaut": False, "motif": "Illisible."}
    contenu["preuves"] = [
        modele | {"etat": etat} for etat in ("refusee", "effacee") for _ in range(LIGNES_MAX + 1)
    ]
    assert _document(contenu).html().count("Et 1\xa0autre document, dans la pièce jointe") == 2


def test_a_formula_in_a_text_is_no_formula_in_a_table(produit):
    contenu = copy.deepcopy(produit.contenu)
    contenu["actions"][0]["titre"] = "=HYPERLINK(1)"
    csv = next(p for p in joindre(contenu, b"") if p.nom == "actions.csv")
    assert b'"\'=HYPERLINK(1)"' in csv.octets


def test_a_closed_evaluation_takes_the_draft_away(produit):
    contenu = copy.deepcopy(produit.contenu)
    contenu["evaluation"] = {
        "titre": "Avant l’audit",
        "jour": "2026-11-20",
        "par": "Paul Girard",
        "le": "2026-11-21T10:00:00+00:00",
        "empreinte": "0" * 64,
    }
    html = _document(contenu).html()
    assert "projet" not in html.lower().replace("projets", "")
    assert "arrêtée par Paul Girard" in html


@pytest.fixture
def juste(produit) -> tuple[bytes, list[Piece]]:
    return produit.octets, joindre(produit.contenu, produit.document.octets)


def _refait(octets: bytes, changer) -> bytes:
    sortie = io.BytesIO()
    with pikepdf.open(io.BytesIO(octets)) as lu:
        changer(lu)
        lu.save(sortie)
    return sortie.getvalue()


@pytest.mark.parametrize(
    ("changer", "raison"),
    [
        (lambda lu: lu.Root.__delitem__("/StructTreeRoot"), "balisé"),
        (lambda lu: lu.Root.__delitem__("/Lang"), "langue"),
        (lambda lu: lu.Root.__delitem__("/OutputIntents"), "couleurs"),
        (lambda lu: lu.Root.__delitem__("/Metadata"), "PDF/A"),
        (lambda lu: lu.attachments.__delitem__("constats.csv"), "pièces jointes"),
    ],
)
def test_a_file_that_lacks_something_is_not_signed(juste, changer, raison):
    octets, pieces = juste
    with pytest.raises(examen.Defaut, match=raison):
        examen.examiner(_refait(octets, changer), pieces)


def test_an_attached_file_that_differs_is_seen(juste):
    octets, pieces = juste
    autres = [Piece(p.nom, p.octets + b" ", p.description, p.relation) for p in pieces]
    with pytest.raises(examen.Defaut, match="diffère"):
        examen.examiner(octets, autres)
