"""The pages inside a case: what is typed is kept, refusals are told, strangers get 404."""

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
from mediation.models import Document, Dossier, Engagement, Etape, Mandat, Partie
from mediation.parties import PartieSaisie, ajouter_partie
from pimms.socle.televersement import PLAFOND
from tests.fabrique import un_partenaire
from tests.mediation.fabrique import (
    un_dossier_ancien,
    un_dossier_engage,
    un_pdf,
    une_image,
)


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


def _partie(**champs):
    defauts = {"role": "autre_partie", "nature": "personne", "nom": "Ana Roux", "cle": str(uuid.uuid4())}
    return defauts | champs


def _etape(distribution, **champs):
    defauts = {
        "nature": "entretien",
        "jour": _jour(distribution),
        "resume": "Vu",
        "prive": "Fâchée",
        "cle": str(uuid.uuid4()),
        "e-TOTAL_FORMS": "3",
        "e-INITIAL_FORMS": "0",
    }
    return defauts | champs


def test_a_party_is_added_then_read_in_its_form(client, cas):
    dossier = cas[0]
    reponse = client.post(_url("partie_nouvelle", dossier), _partie())
    assert reponse.status_code == 302
    page = client.get(_url("partie_modifier", dossier, 3)).content.decode()
    assert "Ana Roux" in page


def test_a_refused_party_keeps_all_that_was_typed(client, cas):
    donnees = _partie(nom="Ana Roux", remarque="NIR 2 69 05 49 588 157 80", telephone="0600000000")
    reponse = client.post(_url("partie_nouvelle", cas[0]), donnees)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "sécurité sociale" in page
    for valeur in ("Ana Roux", "0600000000", donnees["cle"]):
        assert valeur in page


def test_a_second_person_is_shown_what_changed_and_chooses(client, cas, distribution):
    dossier = cas[0]
    autre = distribution.client("collegue")
    url = _url("partie_modifier", dossier, 1)
    autre.post(url, _partie(role="demandeur", nom="Fatou Petit", version="1"))
    reponse = client.post(url, _partie(role="demandeur", nom="Fatou Grand", version="1"))
    page = reponse.content.decode()
    assert reponse.status_code == 409
    assert "Fatou Petit" in page
    assert 'value="Fatou Grand"' in page
    assert client.post(url, _partie(role="demandeur", nom="Fatou Grand", version="2")).status_code == 302


def test_a_party_s_agreement_and_its_departure_are_noted(client, distribution):
    dossier = un_dossier_ancien(distribution.proprietaire, distribution.point)
    client.post(_url("partie_nouvelle", dossier), _partie(role="demandeur"))
    accord = {"etat": "donne", "forme": "oral", "jour": _jour(distribution), "cle": str(uuid.uuid4())}
    client.post(_url("partie_accord", dossier, 1), accord)
    client.post(_url("partie_retrait", dossier, 1), {"jour": _jour(distribution), "cle": str(uuid.uuid4())})
    partie = Partie.objects.get()
    assert [c.etat for c in partie.consentements.all()] == ["donne", "retire"]
    assert partie.retiree_le == distribution.point.aujourdhui()


def test_only_what_may_follow_the_last_word_is_offered(client, cas):
    page = client.get(_url("partie_accord", cas[0], 1)).content.decode()
    assert "Accord retiré" in page
    assert "Accord refusé" not in page


def test_a_meeting_without_agreement_is_refused_with_why_and_nothing_is_lost(client, cas, distribution):
    dossier = cas[0]
    ajouter_partie(distribution.proprietaire, dossier, PartieSaisie("autre_partie", textes={"nom": "Tiers"}))
    donnees = _etape(distribution, nature="table_ronde", parties=["1", "3"], resume="Longue réunion")
    reponse = client.post(_url("etape_nouvelle", dossier), donnees)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "Sans l’accord de Partie C" in page
    assert "Longue réunion" in page
    assert not Etape.objects.exists()


def test_an_agreement_is_noted_with_its_commitments_then_followed_up(client, cas, distribution):
    dossier = cas[0]
    donnees = _etape(
        distribution,
        nature="accord",
        parties=["1", "2"],
        **{
            "e-0-partie": "2",
            "e-0-texte": "Baisser le son",
            "e-0-echeance": _jour(distribution, 15),
        },
    )
    assert client.post(_url("etape_nouvelle", dossier), donnees).status_code == 302
    assert Dossier.objects.get().etat == "accord"
    suite = {"vue": "", "suite": "tenu", "jour": _jour(distribution)}
    assert client.post(_url("engagement_suite", dossier, 1), suite).status_code == 302
    assert Engagement.objects.get().suite == "tenu"
    assert client.post(_url("engagement_suite", dossier, 1), suite | {"suite": "non_tenu"}).status_code == 409


def test_an_incomplete_commitment_is_told_beside_it(client, cas, distribution):
    donnees = _etape(
        distribution,
        nature="accord",
        parties=["1", "2"],
        **{"e-0-partie": "2", "e-0-texte": "Baisser le son"},
    )
    reponse = client.post(_url("etape_nouvelle", cas[0]), donnees)
    assert reponse.status_code == 422
    assert "Un engagement est incomplet" in reponse.content.decode()


def test_a_step_is_corrected_without_losing_who_took_part(client, cas, distribution):
    dossier = cas[0]
    client.post(_url("etape_nouvelle", dossier), _etape(distribution, parties=["1", "2"]))
    page = client.get(_url("etape_modifier", dossier, 1)).content.decode()
    assert page.count("checked") == 3  # the kind and both parties
    donnees = _etape(distribution, nature="appel", parties=["1"], version="1", resume="Appelée")
    assert client.post(_url("etape_modifier", dossier, 1), donnees).status_code == 302
    assert Etape.objects.get().nature == "appel"
    assert client.post(_url("etape_annuler", dossier, 1)).status_code == 302
    assert Etape.objects.get().annulee_le


def test_an_agreement_is_corrected_with_a_commitment_more(client, cas, distribution):
    dossier, une, autre = cas
    jour = distribution.point.aujourdhui()
    engagement = EngagementSaisi(autre, "Baisser le son", jour)
    etape, _ = noter_etape(
        distribution.proprietaire,
        dossier,
        EtapeSaisie("accord", jour, {}, (une, autre), engagements=[engagement]),
    )
    donnees = _etape(distribution, nature="accord", parties=["1", "2"], version="1") | {
        "e-TOTAL_FORMS": "4",
        "e-INITIAL_FORMS": "1",
        "e-0-numero": "1",
        "e-0-partie": "2",
        "e-0-texte": "Baisser le son",
        "e-0-echeance": str(jour),
        "e-1-partie": "1",
        "e-1-texte": "Sonner avant",
        "e-1-echeance": str(jour),
    }
    assert client.post(_url("etape_modifier", dossier, etape.numero), donnees).status_code == 302
    assert Engagement.objects.count() == 2


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


def test_an_address_with_a_nul_is_not_found(client, cas):
    assert client.get("/mediation/dossiers/%00/parties/nouvelle/").status_code == 404
    assert client.get("/mediation/dossiers/%00/").status_code == 404
    assert client.get(_url("partie_modifier", cas[0], 99999999999999999999)).status_code == 404


def test_a_party_or_mandate_that_is_not_one_is_refused_beside_its_field(client, cas, distribution):
    donnees = _etape(distribution, mandat="{}", parties=["x"])
    assert client.post(_url("etape_nouvelle", cas[0]), donnees).status_code == 422
