"""The question asked of the public in a real browser: a touch on the tablet counts on the manager's page."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from qualite.models import Avis, CommentaireAvis
from tests.chromium import ECRANS
from tests.qualite.fabrique_ecoute import des_avis, un_questionnaire

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def borne(distribution) -> str:
    """Address of the question on the point's tablet."""
    return reverse("satisfaction", args=[un_questionnaire(distribution.point).jeton]) + "?borne=1"


@pytest.mark.parametrize("ecran", [ECRANS["tablette"], ECRANS["telephone"]], ids=["tablette", "telephone"])
def test_a_kiosk_answer_counts_on_the_manager_s_page(
    page, ouvrir_contexte, borne, connecte, distribution, verifier_acces
):
    public = ouvrir_contexte(java_script_enabled=False).new_page()
    public.goto(borne)
    public.get_by_role("button", name="Plutôt bien").click()
    expect(public.get_by_role("heading", name="Merci, votre avis est noté.")).to_be_visible()
    # The tablet goes back to the question by itself, without a script.
    expect(public.get_by_role("button", name="Très bien")).to_be_visible(timeout=20_000)
    assert public.context.cookies() == []
    connecte(distribution.responsable)
    page.goto(reverse("satisfaction_points"))
    expect(page.get_by_text("1\xa0réponse\u202f: pas de taux sous 30")).to_be_visible()
    expect(page.get_by_role("row", name="Plutôt bien 1")).to_be_visible()
    verifier_acces(page)


def test_each_screen_of_the_public_is_accessible(page, borne, verifier_acces, erreurs_de_page):
    page.goto(borne)
    verifier_acces(page)
    page.get_by_role("button", name="Plutôt mal").click()
    verifier_acces(page)
    page.get_by_role("link", name="Ajouter un mot").click()
    verifier_acces(page)
    page.get_by_label("Qu’est-ce qui s’est").fill("Mon numéro est 1 85 05 78 006 084 91")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("numéro de sécurité sociale")).to_be_visible()
    verifier_acces(page)
    page.get_by_label("Qu’est-ce qui s’est").fill("Trop d’attente")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("heading", name="Merci")).to_be_visible()
    assert (Avis.objects.get().visage, CommentaireAvis.objects.count()) == (2, 1)
    erreurs_de_page.clear()  # the browser notes the answer 422


def test_a_revoked_address_is_a_calm_page(page, verifier_acces, erreurs_de_page, distribution):
    page.goto(reverse("satisfaction", args=["inconnu"]))
    expect(page.get_by_role("heading", name="Ce questionnaire n’est pas ouvert")).to_be_visible()
    verifier_acces(page)
    erreurs_de_page.clear()  # the browser notes the answer 404


def test_giving_the_tablet_to_the_public_logs_out(page, connecte, distribution, borne):
    connecte(distribution.responsable)
    page.goto(reverse("satisfaction_point", args=[distribution.point.code]))
    page.get_by_role("button", name="Donner cette tablette au public").click()
    page.get_by_role("button", name="Donner au public").click()
    expect(page.get_by_role("button", name="Très bien")).to_be_visible()
    page.goto(reverse("satisfaction_points"))
    expect(page.locator("[name=password]")).to_be_visible()


def test_the_keyboard_alone_answers(page, borne):
    page.goto(borne)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Merci")).to_be_visible()
    assert Avis.objects.get().visage == 4


@pytest.mark.parametrize(
    "ecran",
    [ECRANS["bureau"], ECRANS["tablette"], ECRANS["telephone"]],
    ids=["bureau", "tablette", "telephone"],
)
def test_the_four_faces_hold_in_one_screen_with_large_targets(page, borne, ecran):
    page.goto(borne)
    boites = [page.get_by_role("button").nth(n).bounding_box() for n in range(4)]
    assert all(b["width"] >= 120 and b["height"] >= 120 for b in boites)
    assert max(b["y"] + b["height"] for b in boites) <= ecran["height"]


def test_the_rate_is_shown_from_thirty_answers_on(page, connecte, distribution, verifier_acces):
    des_avis(un_questionnaire(distribution.point), 30)
    connecte(distribution.responsable)
    page.goto(reverse("satisfaction_points"))
    expect(page.get_by_text("100\u202f% de personnes satisfaites")).to_be_visible()
    verifier_acces(page)
