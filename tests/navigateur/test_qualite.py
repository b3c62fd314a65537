"""Findings in a real browser: a cell of the matrix turns with what people do, and leads to the entries."""

import io

import pikepdf
import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from qualite.evaluation import evaluer
from qualite.textes_charte import proposition
from tests.chromium import ECRANS, connecter
from tests.fabrique import MOT_DE_PASSE, un_point
from tests.qualite.fabrique import une_attestation, une_charte

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def union(ouvrir_contexte, live_server, distribution):
    """The union's own browser."""
    contexte = ouvrir_contexte()
    connecter(contexte, live_server.url, distribution.union)
    return contexte.new_page()


def _case(page, point: str, code: str, verdict: str):
    """A cell of the matrix, as a reader of the screen hears it."""
    rangee = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=point))
    return rangee.get_by_role("link", name=f"{code}\u202f: {verdict}")


def test_a_mediateur_attests_and_the_union_sees_the_cell_turn(
    page, connecte, distribution, union, verifier_acces
):
    charte = une_charte(texte=proposition())
    une_attestation(distribution.collegue, charte)
    evaluer()
    union.goto(reverse("matrice"))
    expect(_case(union, "Gerland", "CAD-5", "À traiter")).to_be_visible()

    sonia = distribution.proprietaire
    sonia.set_password(MOT_DE_PASSE)
    sonia.save()
    EmailAddress.objects.create(user=sonia, email=sonia.email, primary=True, verified=True)
    connecte(sonia, confirme=False)
    page.goto(reverse("charte"))
    page.get_by_label("J’ai lu la charte").check()
    page.get_by_role("button", name="J’atteste").click()
    page.locator("[name=password]").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("votre attestation est enregistrée")).to_be_visible()
    evaluer()

    union.reload()
    _case(union, "Gerland", "CAD-5", "Atteint").click()
    expect(union.get_by_text("À traiter → Atteint")).to_be_visible()
    verifier_acces(union)
    union.get_by_role("link", name="Voir ce qui est derrière").click()
    expect(union.get_by_role("heading", name="Attestations")).to_be_visible()


def test_a_manager_adds_a_proof_and_the_union_lands_on_it(page, connecte, distribution, union, tmp_path):
    evaluer()
    union.goto(reverse("matrice"))
    expect(_case(union, "Gerland", "CAD-4", "Preuve manquante")).to_be_visible()

    document = tmp_path / "affiche.png"
    document.write_bytes(_png())
    connecte(distribution.responsable)
    page.goto(reverse("constat", args=[distribution.point.code, "CAD-4"]))
    page.get_by_role("link", name="Voir ce qui est derrière").click()
    page.get_by_label("Pour qui").select_option(f"point-{distribution.point.code}")
    page.get_by_label("Titre").fill("Photo de l’affichage")
    page.get_by_label("Fichier").set_input_files(document)
    page.get_by_role("button", name="Ajouter cette preuve").click()
    expect(page.get_by_role("link", name="Photo de l’affichage")).to_be_visible()
    evaluer()

    union.reload()
    _case(union, "Gerland", "CAD-4", "Atteint").click()
    union.get_by_role("link", name="Voir ce qui est derrière").click()
    union.get_by_role("link", name="Photo de l’affichage").click()
    expect(union.get_by_role("link", name="affiche.png")).to_be_visible()


@pytest.mark.parametrize("ecran", [ECRANS["bureau"], ECRANS["telephone"]], ids=["bureau", "telephone"])
def test_the_progress_of_work_is_said_by_keyboard_and_leaves_the_verdict(
    page, connecte, distribution, verifier_acces
):
    evaluer()
    connecte(distribution.responsable)
    page.goto(reverse("constat", args=[distribution.point.code, "CAD-2"]))
    page.get_by_role("button", name="En cours").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="En cours")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".pastille").get_by_text("À traiter").first).to_be_visible()
    verifier_acces(page)


def test_the_whole_network_prints_on_one_sheet(page, connecte, distribution):
    for n in range(66):
        un_point(nom=f"Marseille – Saint-Louis {n}")
    evaluer()
    connecte(distribution.union)
    page.goto(reverse("matrice"))
    expect(page.get_by_role("row")).to_have_count(69)
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as papier:
        assert len(papier.pages) == 1


def _png() -> bytes:
    tampon = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(tampon, "PNG")
    return tampon.getvalue()
