"""A mediation in a real browser: from a visit to the end of its follow-up, and what may go wrong."""

import re
from datetime import timedelta

import pikepdf
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from mediation.models import Document, Dossier, Engagement, Etape
from tests.chromium import ECRANS, connecter
from tests.fabrique import une_visite
from tests.mediation.fabrique import un_dossier_engage, un_dossier_plein, un_pdf

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


def _une_partie(page, nom, role="demandeur"):
    page.get_by_role("link", name="Ajouter une partie").click()
    page.get_by_label("Rôle dans le dossier").select_option(role)
    page.get_by_label("Nom", exact=True).fill(nom)
    page.get_by_role("button", name="Ajouter la partie").click()
    expect(page.get_by_text("La partie est ajoutée.")).to_be_visible()


def _accord_de(page, pseudonyme):
    page.get_by_role("link", name=re.compile(f"Noter son accord.*{pseudonyme}")).click()
    page.get_by_label("Accord donné").check()
    page.get_by_label("à l’oral").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("La parole de la partie est notée.")).to_be_visible()


def _etape(page, nature, resume, *parties):
    page.get_by_role("link", name="Noter une étape").click()
    page.get_by_role("radio", name=nature).check(force=True)
    for partie in parties:
        page.get_by_label(re.compile(partie)).check()
    page.get_by_label("Résumé partageable").fill(resume)


def test_a_mediation_from_a_visit_to_its_end(page, connecte, distribution, verifier_acces):
    moi, point = distribution.proprietaire, distribution.point
    une_visite(point, moi, demandes=[{"issue": "a_suivre"}])
    connecte(moi)
    page.goto(reverse("saisie"))
    page.get_by_role("link", name="ouvrir une médiation").click()
    page.get_by_role("radio", name="Non").check(force=True)
    page.get_by_label("De quoi s’agit-il").fill("Bruit la nuit")
    page.get_by_label("Registre d’intervention").select_option("2")
    page.get_by_role("button", name="Ouvrir le dossier").click()
    dossier = Dossier.objects.get()
    assert dossier.demande.visite.point == point
    _une_partie(page, "Fatou Martin")
    _une_partie(page, "Marc Vidal", "autre_partie")
    _accord_de(page, "Partie A")
    page.get_by_role("button", name="Commencer la prise de contact").click()
    _accord_de(page, "Partie B")
    page.get_by_role("button", name="Engager la médiation").click()
    _etape(page, "Table ronde", "Chacun a dit ce qui le gêne.", "Fatou Martin", "Marc Vidal")
    page.get_by_role("button", name="Enregistrer l’étape").click()
    expect(page.get_by_text("Chacun a dit ce qui le gêne.")).to_be_visible()
    _etape(page, "Accord trouvé", "Un signe avant de frapper.", "Fatou Martin", "Marc Vidal")
    page.locator("[name=e-0-texte]").fill("Baisser le son après 22 h")
    page.locator("[name=e-0-partie]").select_option(label="Partie B, Marc Vidal")
    page.locator("[name=e-0-echeance]").fill(str(point.aujourdhui() + timedelta(days=15)))
    verifier_acces(page)
    page.get_by_role("button", name="Enregistrer l’étape").click()
    expect(page.get_by_text("Marc Vidal : Baisser le son après 22 h")).to_be_visible()
    verifier_acces(page)
    accord = page.request.get(
        page.get_by_role("link", name="Imprimer l’accord à signer").last.get_attribute("href")
    )
    assert accord.body().startswith(b"%PDF")
    page.get_by_role("button", name="Suivre les engagements").click()
    page.get_by_role("link", name=re.compile("Noter la suite")).click()
    page.get_by_label("Tenu", exact=True).check()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Clore", exact=True).click()
    page.get_by_role("button", name="Clore").click()
    expect(page.get_by_text("Clos : accord")).to_be_visible()
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.issue, Engagement.objects.get().suite) == ("clos", "accord", "tenu")


def test_a_party_withdraws_without_a_reason(page, connecte, distribution, verifier_acces):
    dossier, *_ = un_dossier_engage(distribution.proprietaire, distribution.point)
    connecte(distribution.proprietaire)
    page.goto(reverse("dossier", args=[dossier.reference]))
    page.get_by_role("link", name=re.compile("Se retire.*Partie B")).click()
    verifier_acces(page)
    page.get_by_role("button", name="Noter le retrait").click()
    expect(page.get_by_text("Accord retiré")).to_be_visible()


@pytest.mark.parametrize("ecran", [ECRANS["bureau"], ECRANS["telephone"]], ids=["bureau", "telephone"])
def test_a_meeting_without_agreement_says_why_and_keeps_all(
    page, connecte, distribution, verifier_acces, erreurs_de_page, ecran
):
    dossier, *_ = un_dossier_engage(distribution.proprietaire, distribution.point)
    connecte(distribution.proprietaire)
    page.goto(reverse("dossier", args=[dossier.reference]))
    _une_partie(page, "Tiers", "autre_partie")
    _etape(page, "Table ronde", "Longue réunion", "Partie A", "Tiers")
    with page.expect_response(lambda r: r.status == 422):
        page.get_by_role("button", name="Enregistrer l’étape").click()
    expect(page.get_by_text("Sans l’accord de Partie C")).to_be_visible()
    expect(page.get_by_label("Résumé partageable")).to_have_value("Longue réunion")
    verifier_acces(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= ecran["width"]
    assert not Etape.objects.exists()
    erreurs_de_page.clear()  # the browser notes the answer 422


def test_a_document_too_heavy_is_told_before_it_is_sent(
    page, connecte, distribution, tmp_path, verifier_acces
):
    dossier = un_dossier_plein(distribution.proprietaire, distribution.point)
    connecte(distribution.proprietaire)
    page.goto(reverse("document_nouveau", args=[dossier.reference]))
    lourd = tmp_path / "film.pdf"
    lourd.write_bytes(b"%PDF-" + bytes(11 * 1024 * 1024))
    page.get_by_label("Fichier").set_input_files(lourd)
    expect(
        page.get_by_text("Ce fichier est trop lourd : 10 Mo au plus. Choisissez-en un autre.")
    ).to_be_visible()
    verifier_acces(page)
    bon = tmp_path / "courrier.pdf"
    bon.write_bytes(un_pdf())
    page.get_by_label("Fichier").set_input_files(bon)
    page.get_by_role("button", name="Ajouter le document").click()
    expect(page.get_by_role("link", name="courrier.pdf").first).to_be_visible()
    with page.expect_download() as telechargement:
        page.get_by_role("link", name="courrier.pdf").first.click()
    with pikepdf.open(telechargement.value.path()) as pdf:
        assert len(pdf.pages) == 1
    assert Document.objects.count() == 2


def test_two_people_on_one_step_the_second_sees_what_changed(
    page, connecte, ouvrir_contexte, live_server, distribution, verifier_acces, erreurs_de_page
):
    dossier = un_dossier_plein(distribution.proprietaire, distribution.point)
    autre = ouvrir_contexte()
    connecter(autre, live_server.url, distribution.responsable)
    seconde = autre.new_page()
    connecte(distribution.proprietaire)
    url = reverse("etape_modifier", args=[dossier.reference, 1])
    for p, resume in ((page, "Version de Sonia"), (seconde, "Version de Léa")):
        p.goto(url)
        p.get_by_label("Résumé partageable").fill(resume)
    seconde.get_by_role("button", name="Enregistrer").click()
    seconde.wait_for_url(re.compile("#etapes$"))
    with page.expect_response(lambda r: r.status == 409):
        page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("Version de Léa")
    expect(page.get_by_label("Résumé partageable")).to_have_value("Version de Sonia")
    verifier_acces(page)
    erreurs_de_page.clear()  # the browser notes the answer 409
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Version de Sonia")).to_be_visible()


def test_the_union_sees_no_name(page, connecte, distribution, verifier_acces):
    dossier = un_dossier_plein(distribution.proprietaire, distribution.point)
    connecte(distribution.union)
    page.goto(reverse("dossier", args=[dossier.reference]))
    expect(page.get_by_text("Partie A").first).to_be_visible()
    for mot in ("Fatou", "Voisin", "Baisser", "tendu"):
        expect(page.get_by_text(mot)).to_have_count(0)
    verifier_acces(page)
