"""The signed file, as public tools see it."""

import hashlib
import json
import re
import subprocess
import sys

import pikepdf
import pytest
from django.conf import settings

from qualite.rapports import production
from qualite.rapports.pieces import joindre

pytestmark = pytest.mark.django_db  # before the browser's tests: signing starts an event loop of its own


def outil(*commande) -> subprocess.CompletedProcess:
    return subprocess.run([str(c) for c in commande], capture_output=True, text=True, check=False)


def test_qpdf_finds_nothing_wrong(chacun):
    lu = outil("qpdf", "--check", chacun.chemin)
    assert lu.returncode == 0, lu.stdout + lu.stderr


def test_the_file_is_tagged(chacun):
    lignes = dict(
        ligne.split(":", 1) for ligne in outil("pdfinfo", chacun.chemin).stdout.splitlines() if ":" in ligne
    )
    assert lignes["Tagged"].strip() == "yes"
    assert lignes["Title"].strip().startswith(chacun.contenu["genre_nom"])


def test_the_file_says_that_it_is_pdf_a_3a(chacun):
    with pikepdf.open(chacun.chemin) as lu, lu.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "A")


def test_each_drawing_has_its_words(chacun):
    with pikepdf.open(chacun.chemin) as lu:
        figures = [o for o in lu.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
        assert figures
        assert all(str(f.get("/Alt", "")) for f in figures)


def test_every_font_is_in_the_file_and_is_ours(chacun):
    lignes = outil("pdffonts", chacun.chemin).stdout.splitlines()[2:]
    assert lignes
    for ligne in lignes:
        assert "Source-Sans" in ligne or "Espace" in ligne, ligne
        assert ligne.split()[-5] == "yes", ligne


JOINTES = {
    "dossier": {"constats.csv", "registres.csv", "parametres.csv"},
    "plan": {"actions.csv"},
    "attestations": {"attestations.csv"},
    "bilan": {"chiffres.csv", "mois.csv", "semaine.csv", "themes.csv", "registres.csv", "public.csv"},
    "partenaire": {"mois.csv", "themes.csv"},
}


def test_the_tables_and_the_snapshot_are_attached(chacun):
    joints = set(re.findall(r"^\d+: (.+)$", outil("pdfdetach", "-list", chacun.chemin).stdout, re.M))
    assert joints == {piece.nom for piece in joindre(chacun.contenu, b"")}
    assert joints >= JOINTES[chacun.contenu["genre"]] | {"instantane.json"}


def test_each_attached_file_says_what_it_is_to_the_report(chacun):
    with pikepdf.open(chacun.chemin) as lu:
        liens = {nom: str(f.obj["/AFRelationship"]) for nom, f in lu.attachments.items()}
    assert liens.pop("instantane.json") == "/Source"
    assert liens.pop("composition.json") == "/Supplement"
    assert set(liens.values()) == {"/Data"}


def test_the_attached_snapshot_has_the_printed_hash(chacun, tmp_path):
    outil("pdfdetach", "-saveall", "-o", tmp_path, chacun.chemin)
    empreinte = hashlib.sha256((tmp_path / "instantane.json").read_bytes()).hexdigest()
    imprime = outil("pdftotext", chacun.chemin, "-").stdout
    groupes = " ".join(empreinte[n : n + 4] for n in range(0, 64, 4))
    assert groupes in " ".join(imprime.split())


def test_pdfsig_calls_the_signature_valid_over_the_whole_file(chacun):
    vu = outil("pdfsig", chacun.chemin).stdout
    assert "Signature is Valid" in vu
    assert "Total document signed" in vu
    assert "ETSI.CAdES.detached" in vu


@pytest.mark.parametrize("place", [0.1, 0.5, 0.99])
def test_pdfsig_sees_one_altered_byte(chacun, tmp_path, place):
    """Of what is signed: all but the place of the signature itself, whose padding `/verifier/` alone sees."""
    altere = bytearray(chacun.octets)
    altere[int(altere.rindex(b"/Contents <") * place)] ^= 1
    chemin = tmp_path / "altere.pdf"
    chemin.write_bytes(altere)
    assert "Signature is Valid" not in outil("pdfsig", chemin).stdout


def test_the_same_snapshot_gives_the_same_bytes(chacun):
    refait, _ = production.mettre_en_page(chacun.document)
    assert hashlib.sha256(refait).digest() == hashlib.sha256(chacun.octets[: len(refait)]).digest()


def test_the_file_has_bookmarks_and_a_language(produit):
    with pikepdf.open(produit.chemin) as lu, lu.open_outline() as signets:
        titres = [s.title for s in signets.root]
        assert str(lu.Root.Lang) == "fr"
    assert titres[0] == "L’essentiel en une page"
    assert "Exigence par exigence" in titres


def test_the_contents_name_the_seal_s_page_and_the_attached_files(chacun):
    sommaire = outil("pdftotext", "-layout", "-f", 2, "-l", 3, chacun.chemin, "-").stdout
    assert "instantane.json" in sommaire
    page = int(re.search(r"Sceau et vérification\s+(\d+)", sommaire)[1])
    assert "Sceau et vérification" in outil("pdftotext", "-f", page, "-l", page, chacun.chemin, "-").stdout


def test_the_essential_fits_on_one_page(produit):
    page = outil("pdftotext", "-f", 3, "-l", 3, produit.chemin, "-").stdout
    assert "L’essentiel en une page" in page
    assert "Ce qui appelle une réponse" in page
    assert "Périmètre" in outil("pdftotext", "-f", 4, "-l", 4, produit.chemin, "-").stdout


def test_no_page_of_an_audit_file_is_left_to_a_few_lines(produits):
    for nom, produit in produits.items():
        if nom.startswith("dossier"):
            pages = outil("pdftotext", "-layout", produit.chemin, "-").stdout.split("\f")[1:-1]
            lignes = [sum(bool(ligne.strip()) for ligne in page.splitlines()) for page in pages]
            assert min(lignes) > 8, (nom, lignes)


def test_a_file_without_a_closed_evaluation_says_that_it_is_a_draft(produit):
    assert "Projet : aucune évaluation n’est arrêtée" in outil("pdftotext", produit.chemin, "-").stdout


def test_the_warning_is_on_the_cover(chacun):
    couverture = outil("pdftotext", "-l", 1, chacun.chemin, "-").stdout
    assert "Auto-évaluation. Ne vaut pas constat d’AFNOR Certification." in couverture


def test_the_public_script_makes_every_finding_again(chacun, tmp_path):
    chemin = tmp_path / "instantane.json"
    chemin.write_bytes(chacun.document.octets)
    script = settings.BASE_DIR / "docs" / "refaire_les_constats.py"
    refait = outil(sys.executable, "-I", script, chemin)
    assert refait.returncode == 0, refait.stdout + refait.stderr
    if chacun.contenu["genre"] == "dossier":
        des_points = len(chacun.contenu["points"]) * len(chacun.contenu["constats_des_points"])
        assert f"{len(chacun.contenu['constats']) + des_points} constats refaits, 0 écart" in refait.stdout


def test_the_public_script_tells_a_finding_that_was_changed(produit, tmp_path):
    contenu = json.loads(produit.document.octets)
    contenu["constats"][1]["verdict"] = "sans_objet"
    chemin = tmp_path / "instantane.json"
    chemin.write_text(json.dumps(contenu))
    refait = outil(sys.executable, settings.BASE_DIR / "docs" / "refaire_les_constats.py", chemin)
    assert refait.returncode == 1
    assert "ÉCART" in refait.stdout


def test_the_snapshot_names_libraries_and_fonts(produit):
    logiciels = produit.contenu["logiciels"]
    assert {"weasyprint", "pyhanko"} <= set(logiciels["bibliotheques"])
    assert all(len(empreinte) == 64 for empreinte in logiciels["polices"].values())


def test_no_title_of_a_document_leaves_in_the_report(produit):
    assert produit.contenu["preuves"]
    assert "Affichage" not in produit.document.octets.decode()


def test_who_works_at_the_desk_is_counted_not_named(produit):
    assert "Tissot" in produit.document.octets.decode()
    assert produit.contenu["perimetre"]["effectif"]["mediateur"] == 1


def test_the_list_of_attestations_names_who_attested(produits):
    lignes = produits["attestations"].contenu["attestations"]
    assert [(a["personne"], a["etat"]) for a in lignes] == [("Sonia Benali", "a_jour")]


def test_the_action_plan_holds_the_point_s_actions(produits):
    plan = outil("pdftotext", produits["plan"].chemin, "-").stdout
    assert "Tracer le jour même" in plan
    assert "actions.csv" in outil("pdfdetach", "-list", produits["plan"].chemin).stdout


def test_a_consolidated_file_holds_each_point_s_verdicts(produits):
    points = produits["dossier du réseau"].contenu["points"]
    assert [p["nom"] for p in points] == ["Lyon – Gerland"]
    assert points[0]["verdicts"]["CAD-2"] == "a_traiter"


def test_the_journal_s_head_is_printed(chacun):
    assert chacun.contenu["journal"]["empreinte"] in chacun.document.html()
