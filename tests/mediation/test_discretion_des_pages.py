"""What pages and papers tell besides their text: titles kept by browsers, names on paper, files sent."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.urls import reverse

from mediation import imprimes
from mediation.accords import EngagementSaisi
from mediation.etapes import EtapeSaisie, noter_etape
from mediation.passations import passer_la_main
from pimms.socle.televersement import PLAFOND
from tests.mediation.fabrique import un_dossier_engage, un_dossier_plein, un_pdf


@pytest.fixture
def cas(distribution):
    return un_dossier_engage(distribution.proprietaire, distribution.point)


@pytest.fixture
def client(distribution):
    return distribution.client("proprietaire")


def _url(nom, dossier, numero=None):
    return reverse(nom, kwargs={"reference": dossier.reference} | ({"numero": numero} if numero else {}))


def _envoi(**fichiers):
    return {"cle": str(uuid.uuid4()), "nature": "piece"} | {
        nom: SimpleUploadedFile(f"{nom}.pdf", octets) for nom, octets in fichiers.items()
    }


def test_no_name_and_no_subject_stands_in_a_page_s_title(client, distribution):
    dossier = un_dossier_plein(distribution.proprietaire, distribution.point)
    pages = [_url("dossier", dossier), _url("orientation_imprimer", dossier)]
    for nom in ("partie_modifier", "partie_accord", "partie_retrait", "etape_modifier", "engagement_suite"):
        pages.append(_url(nom, dossier, 1))
    for url in pages:
        titre = re.search(r"<title>(.*?)</title>", client.get(url).content.decode(), re.DOTALL).group(1)
        assert dossier.reference in titre, url
        for mot in ("Fatou", "Martin", "Voisin", "Bruit"):
            assert mot not in titre, url


def test_a_printed_agreement_names_who_led_it_whoever_has_the_case_today(distribution, cas, monkeypatch):
    dossier, une, autre = cas
    engagement = EngagementSaisi(une, "Sonner", distribution.point.aujourdhui())
    saisie = EtapeSaisie(
        "accord", distribution.point.aujourdhui(), {}, (une, autre), engagements=[engagement]
    )
    noter_etape(distribution.proprietaire, dossier, saisie)
    passer_la_main(
        distribution.proprietaire, dossier, distribution.collegue, "Congé", de=distribution.proprietaire.pk
    )
    rendu = {}
    monkeypatch.setattr(
        imprimes,
        "en_pdf",
        lambda nom, c: rendu.update(html=render_to_string(f"mediation/imprimes/{nom}.html", c)) or b"",
    )
    distribution.client("collegue").get(_url("accord_imprimer", dossier, 1))
    assert "en présence de Sonia Benali" in rendu["html"]
    assert "Karim Petit" not in rendu["html"]


def test_many_files_in_one_request_get_no_more_room_than_one(client, cas, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    lourds = {f"fichier{n}": b"%PDF-" + bytes(5 * 1024 * 1024) for n in range(4)}
    reponse = client.post(_url("document_nouveau", cas[0]), _envoi(**lourds))
    assert reponse.status_code == 422
    assert sum(f.stat().st_size for f in tmp_path.iterdir()) <= PLAFOND


def test_a_request_with_a_crowd_of_files_is_refused(client, cas):
    foule = {f"fichier{n}": un_pdf() for n in range(20)}
    assert client.post(_url("document_nouveau", cas[0]), _envoi(**foule)).status_code == 400
