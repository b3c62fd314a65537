"""The charter and the proofs in a real browser: a médiateur attests, a manager adds a proof."""

import io

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from qualite.models import Attestation, VersionPreuve
from qualite.textes_charte import proposition
from tests.chromium import ECRANS
from tests.fabrique import MOT_DE_PASSE
from tests.qualite.fabrique import une_charte

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sonia(distribution, connecte):
    """A médiateur of the cast with a password of her own, logged in."""
    personne = distribution.proprietaire
    personne.set_password(MOT_DE_PASSE)
    personne.save()
    EmailAddress.objects.create(user=personne, email=personne.email, primary=True, verified=True)
    connecte(personne, confirme=False)
    return personne


@pytest.mark.parametrize("ecran", [ECRANS["bureau"], ECRANS["telephone"]], ids=["bureau", "telephone"])
def test_a_mediateur_attests_in_four_gestures(page, sonia, verifier_acces):
    une_charte(texte=proposition())
    page.goto(reverse("charte"))
    page.get_by_label("J’ai lu la charte").check()
    page.get_by_role("button", name="J’atteste").click()
    page.locator("[name=password]").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("votre attestation est enregistrée")).to_be_visible()
    expect(page.get_by_text("Attestée", exact=True)).to_be_visible()
    verifier_acces(page)
    assert Attestation.objects.get().personne == sonia


def test_the_keyboard_alone_is_enough_to_attest(page, sonia):
    une_charte(texte=proposition())
    page.goto(reverse("charte"))
    page.get_by_label("J’ai lu la charte").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("[name=password]").fill(MOT_DE_PASSE)
    page.keyboard.press("Enter")
    expect(page.get_by_text("votre attestation est enregistrée")).to_be_visible()


def test_forgetting_the_box_is_said_beside_it(page, sonia, verifier_acces, erreurs_de_page):
    une_charte(texte=proposition())
    page.goto(reverse("charte"))
    with page.expect_response(lambda r: r.status == 422):
        page.get_by_role("button", name="J’atteste").click()
    expect(page.get_by_text("Cochez cette case pour attester.")).to_be_visible()
    verifier_acces(page)
    erreurs_de_page.clear()  # the browser notes the answer 422


def test_a_manager_adds_a_proof(page, connecte, distribution, tmp_path):
    document = tmp_path / "affiche.png"
    document.write_bytes(_png())
    connecte(distribution.responsable)
    page.goto(f"{reverse('preuve_nouvelle')}?exigence=CAD-4&objet=point-{distribution.point.code}")
    page.get_by_label("Titre").fill("Photo de l’affichage")
    page.get_by_label("Fichier").set_input_files(document)
    page.get_by_role("button", name="Ajouter cette preuve").click()
    expect(page.get_by_role("link", name="Photo de l’affichage")).to_be_visible()
    assert VersionPreuve.objects.get().format == "png"


def _png() -> bytes:
    tampon = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(tampon, "PNG")
    return tampon.getvalue()


def test_who_types_a_password_before_the_page_is_ready_loses_no_letter(page, sonia):
    retenus = []

    def retenir(route) -> None:
        retenus.append(route)

    page.route("**/connexion*.js", retenir)
    with page.expect_request("**/connexion*.js"):
        page.goto(reverse("account_reauthenticate"), wait_until="commit")
    mot = page.locator("[name=password]")
    mot.press_sequentially("bonne ")
    for retenu in retenus:
        retenu.continue_()
    expect(page.get_by_role("button", name="Afficher le mot de passe")).to_be_visible()
    page.keyboard.type("suite")
    expect(mot).to_have_value("bonne suite")
