"""The pages of a case's documents, mandates and papers to print: files kept or refused, strangers get 404."""

import io
import uuid
from datetime import timedelta

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mediation import imprimes
from mediation.accords import EngagementSaisi
from mediation.documents import Depot, deposer
from mediation.etapes import EtapeSaisie, noter_etape
from mediation.mandats import MandatSaisi, donner_mandat
from mediation.models import Document, Dossier, Mandat
from pimms.socle.televersement import PLAFOND
from tests.fabrique import un_partenaire
from tests.mediation.fabrique import un_dossier_ancien, un_dossier_engage, un_pdf, une_image


@pytest.fixture
def cas(distribution):
    return un_dossier_engage(distribution.proprietaire, distribution.point)


@pytest.fixture
def client(distribution):
    return distribution.client("proprietaire")


def _url(nom, dossier, numero=None):
    return reverse(nom, kwargs={"reference": dossier.reference} | ({"numero": numero} if numero else {}))


def _jour(distribution, ecart=0):
    return str(distribution.point.aujourdhui() + timedelta(days=ecart))


def _fichier(nom="scan.pdf", octets=None):
    return SimpleUploadedFile(nom, un_pdf() if octets is None else octets)


def _envoi(**champs):
    return {"cle": str(uuid.uuid4()), "nature": "piece", "note": "Reçu", "fichier": _fichier()} | champs


def test_a_document_is_uploaded_and_downloaded(client, cas):
    dossier = cas[0]
    assert client.post(_url("document_nouveau", dossier), _envoi()).status_code == 302
    reponse = client.get(_url("document", dossier, 1))
    assert reponse.content.startswith(b"%PDF")
    assert reponse["Content-Disposition"] == 'attachment; filename="scan.pdf"'
    assert reponse["X-Content-Type-Options"] == "nosniff"
    assert reponse["Cache-Control"] == "no-store"


@pytest.mark.parametrize("role", ["etranger", "direction", "union", "auditeur"])
def test_who_does_not_read_the_case_gets_404_from_its_documents(distribution, cas, role):
    dossier = cas[0]
    deposer(distribution.proprietaire, dossier, Depot(uuid.uuid4(), "x.pdf", un_pdf(), "piece"))
    assert distribution.client(role).get(_url("document", dossier, 1)).status_code == 404
    assert distribution.client("collegue").get(_url("document", dossier, 1)).status_code == 200


def test_a_restricted_case_gives_404_to_colleagues_and_manager(distribution, cas):
    dossier = cas[0]
    deposer(distribution.proprietaire, dossier, Depot(uuid.uuid4(), "x.pdf", un_pdf(), "piece"))
    Dossier.objects.update(restreint=True)
    for role, statut in (("collegue", 404), ("responsable", 404), ("proprietaire", 200)):
        client = distribution.client(role)
        assert client.get(_url("document", dossier, 1)).status_code == statut
        assert client.get(_url("partie_modifier", dossier, 1)).status_code == statut


def test_a_document_of_another_case_is_not_found_under_this_one(distribution, client, cas):
    autre = un_dossier_ancien(distribution.proprietaire, distribution.point)
    deposer(distribution.proprietaire, autre, Depot(uuid.uuid4(), "x.pdf", un_pdf(), "piece"))
    assert client.get(_url("document", cas[0], 1)).status_code == 404


def test_the_page_says_what_not_to_upload(client, cas):
    page = client.get(_url("document_nouveau", cas[0])).content.decode()
    assert "N’ajoutez ni pièce d’identité, ni carte Vitale, ni courrier médical." in page


@pytest.mark.parametrize(
    ("nom", "octets", "message"),
    [
        ("carte.pdf", b"MZ programme", "ni un PDF, ni une image"),
        ("photo.png", b"<html><script>alert(1)</script>", "ni un PDF, ni une image"),
        ("vide.pdf", b"", "Ce fichier est vide."),
    ],
)
def test_a_file_that_lies_is_refused_and_the_rest_is_kept(client, cas, nom, octets, message):
    reponse = client.post(_url("document_nouveau", cas[0]), _envoi(fichier=_fichier(nom, octets)))
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert message in page
    assert "Reçu" in page
    assert not Document.objects.exists()


def test_a_hundred_megabytes_are_refused_without_being_kept(client, cas, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    lourd = _fichier("film.pdf", b"%PDF-" + bytes(100 * 1024 * 1024))
    reponse = client.post(_url("document_nouveau", cas[0]), _envoi(fichier=lourd))
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "Ce fichier est trop lourd\u202f: 10 Mo au plus." in page
    assert "Reçu" in page
    assert sum(f.stat().st_size for f in tmp_path.iterdir()) <= PLAFOND


def test_a_file_between_the_limit_and_the_ceiling_is_refused_with_the_same_words(client, cas):
    lourd = _fichier("film.pdf", b"%PDF-" + bytes(11 * 1024 * 1024))
    reponse = client.post(_url("document_nouveau", cas[0]), _envoi(fichier=lourd))
    assert "Ce fichier est trop lourd\u202f: 10 Mo au plus." in reponse.content.decode()


def test_an_image_bomb_is_refused(client, cas):
    bombe = une_image("PNG", (9000, 9000))
    assert len(bombe) < 1024 * 1024
    reponse = client.post(_url("document_nouveau", cas[0]), _envoi(fichier=_fichier("photo.png", bombe)))
    assert "trop grande" in reponse.content.decode()


def test_a_mandate_is_written_signed_and_revoked(client, cas, distribution):
    dossier = cas[0]
    mandat = {
        "partie": "1",
        "objet": "Écrire à la CAF",
        "debut": _jour(distribution),
        "fin": _jour(distribution, 30),
        "cle": str(uuid.uuid4()),
    }
    assert client.post(_url("mandat_nouveau", dossier), mandat).status_code == 302
    client.post(_url("document_nouveau", dossier), _envoi(nature="mandat", mandat="1"))
    assert Mandat.objects.get().document == Document.objects.get()
    client.post(_url("mandat_revoquer", dossier, 1), {"jour": _jour(distribution)})
    assert Mandat.objects.get().revoque_le
    assert client.post(_url("document_retirer", dossier, 1)).status_code == 302
    assert Document.objects.get().retire_le


def _texte_du_pdf(octets):
    """The PDF's title and structure, for a text is drawn with glyphs of a subset font."""
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        return str(pdf.docinfo["/Title"]), bool(pdf.Root.MarkInfo.Marked), str(pdf.Root.Lang), len(pdf.pages)


def test_each_paper_is_a_tagged_pdf_in_french(client, cas, distribution):
    dossier, une, autre = cas
    moi, jour = distribution.proprietaire, distribution.point.aujourdhui()
    donner_mandat(moi, dossier, MandatSaisi(une, "Écrire", jour, jour))
    noter_etape(
        moi,
        dossier,
        EtapeSaisie("accord", jour, {}, (une, autre), engagements=[EngagementSaisi(une, "Sonner", jour)]),
    )
    for nom, titre in (
        ("partie_accord_imprimer", "Accord à la médiation"),
        ("accord_imprimer", "Accord entre les parties"),
        ("mandat_imprimer", "Mandat"),
    ):
        reponse = client.get(_url(nom, dossier, 1))
        assert reponse["Content-Type"] == "application/pdf"
        trouve, balise, langue, pages = _texte_du_pdf(reponse.content)
        assert trouve == f"{titre} – {dossier.reference}"
        assert (balise, langue, pages) == (True, "fr", 1)


def test_a_letter_of_orientation_is_made_and_kept_nowhere(client, cas):
    dossier = cas[0]
    lettre = {"partie": "1", "partenaire": un_partenaire().pk, "contact": "Mme Roux", "objet": "Échéancier"}
    reponse = client.post(_url("orientation_imprimer", dossier), lettre)
    assert _texte_du_pdf(reponse.content)[0].startswith("Lettre d’orientation")
    assert not Document.objects.exists()
    assert client.post(_url("orientation_imprimer", dossier), {}).status_code == 422


def test_without_pango_the_page_says_so(client, cas, monkeypatch):
    def sans_pango(*_):
        raise imprimes.ImpressionImpossible

    monkeypatch.setattr(imprimes, "en_pdf", sans_pango)
    reponse = client.get(_url("partie_accord_imprimer", cas[0], 1))
    assert reponse.status_code == 302
