"""The public page and the command: genuine, altered, unknown, superseded; nothing kept of what is sent."""

from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from qualite.rapports import verification
from qualite.rapports.verification import Etat
from tests.qualite.fabrique_rapports import un_rapport_pret

PDF = b"%PDF-1.7\n1 0 obj\nun rapport\nendobj\n"


def _deposer(octets: bytes, nom: str = "rapport.pdf"):
    return Client().post("/verifier/", {"fichier": SimpleUploadedFile(nom, octets)})


def test_a_genuine_file_is_recognised_by_anybody(distribution):
    un_rapport_pret(distribution.responsable, PDF, point=distribution.point)
    page = _deposer(PDF).content.decode()
    assert "Ce fichier est authentique." in page
    assert distribution.point.nom in page


@pytest.mark.parametrize("place", range(9, len(PDF), 5))
def test_one_altered_byte_is_no_genuine_file(distribution, place):
    un_rapport_pret(distribution.responsable, PDF, point=distribution.point)
    altere = bytearray(PDF)
    altere[place] ^= 1
    assert verification.verifier(bytes(altere)).etat == Etat.INCONNU


def test_an_altered_copy_says_which_report_it_pretends_to_be(distribution):
    pret = un_rapport_pret(distribution.responsable, PDF, point=distribution.point)
    code = pret.instantane.empreinte[:32].encode()
    for forme in (b"/ID [(%b) (x)]" % code, b"/ID [<%b> <00>]" % code.hex().encode()):
        trouve = verification.verifier(PDF + forme)
        assert (trouve.etat, trouve.rapport) == (Etat.MODIFIE, pret)
    page = _deposer(PDF + forme).content.decode()
    assert "Ce fichier a été modifié." in page
    assert "authentique" not in page


def test_a_true_file_is_found_again_from_its_own_identifier(distribution, chacun):
    pret = un_rapport_pret(distribution.responsable, chacun.octets, point=distribution.point)
    assert verification.verifier(chacun.octets).rapport == pret
    altere = bytearray(chacun.octets)
    altere[len(altere) // 2] ^= 1
    assert verification._IDENTIFIANT.search(bytes(altere)), "the identifier stays readable in the trailer"
    assert verification.verifier(bytes(altere)).etat != Etat.AUTHENTIQUE


def test_a_file_of_another_kind_is_told(distribution):
    assert "n’est pas un PDF" in _deposer(b"GIF89a").content.decode()


def test_an_unknown_pdf_is_not_one_of_ours(distribution):
    assert "n’est pas l’un de nos rapports" in _deposer(PDF).content.decode()


def test_a_superseded_file_says_which_one_replaced_it(distribution):
    un_rapport_pret(distribution.responsable, PDF, point=distribution.point)
    suivant = un_rapport_pret(distribution.responsable, point=distribution.point)
    page = _deposer(PDF).content.decode()
    assert "Ce fichier est authentique." in page
    assert "Un rapport plus récent l’a remplacé." in page
    assert suivant.reference in page


def test_a_report_about_something_else_replaces_nothing(distribution):
    un_rapport_pret(distribution.responsable, PDF, point=distribution.point)
    un_rapport_pret(distribution.responsable, point=distribution.ailleurs)
    un_rapport_pret(distribution.union, association=distribution.point.association)
    assert verification.verifier(PDF).remplace_par is None


def test_a_heavy_file_is_refused_without_touching_the_disk(distribution, monkeypatch):
    monkeypatch.setattr(
        "django.core.files.uploadhandler.TemporaryFileUploadHandler.new_file", lambda *_, **__: 1 / 0
    )
    assert "trop lourd" in _deposer(b"%PDF-" + b"0" * (12 * 1024 * 1024)).content.decode()
    assert "nos rapports" in _deposer(b"%PDF-" + b"0" * (3 * 1024 * 1024)).content.decode()


def test_nothing_sent_is_said(distribution):
    reponse = Client().post("/verifier/")
    assert reponse.status_code == 422
    assert "Choisissez le fichier PDF" in reponse.content.decode()


def test_the_page_sets_no_cookie(distribution):
    assert not Client().get("/verifier/").cookies
    assert not _deposer(PDF).cookies


def test_a_flood_is_held_back(distribution, monkeypatch):
    monkeypatch.setattr("qualite.views.verification.laisse_passer", lambda _: False)
    assert _deposer(PDF).status_code == 429


def test_the_printed_code_leads_to_the_report_and_its_hash(distribution):
    pret = un_rapport_pret(distribution.responsable, PDF, point=distribution.point)
    page = Client().get(f"/verifier/{pret.instantane.empreinte[:32]}/").content.decode()
    assert pret.fichier.empreinte in page
    assert pret.reference in page


@pytest.mark.parametrize("code", ["0" * 32, "abc", "z" * 32, "0" * 31])
def test_a_code_of_no_report_leads_nowhere(distribution, code):
    un_rapport_pret(distribution.responsable, PDF, point=distribution.point)
    assert Client().get(f"/verifier/{code}/").status_code == 404


def test_the_command_says_the_same(distribution, tmp_path):
    chemin, sortie = tmp_path / "rapport.pdf", StringIO()
    chemin.write_bytes(PDF)
    with pytest.raises(CommandError, match="pas l’un de nos rapports"):
        call_command("verifier_rapport", str(chemin))
    un_rapport_pret(distribution.responsable, PDF, point=distribution.point)
    call_command("verifier_rapport", str(chemin), stdout=sortie)
    assert sortie.getvalue().startswith("Authentique : Dossier d’audit")
