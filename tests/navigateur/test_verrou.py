"""The lock and passkeys in a real browser: nothing typed is lost, each under their own name."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accueil import verrous
from accueil.models import Visite
from tests.fabrique import MOT_DE_PASSE

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]

CODE, AUTRE = "2580", "7391"


@pytest.fixture
def bureau(page, connecte, distribution, erreurs_de_page):
    for personne, code in ((distribution.proprietaire, CODE), (distribution.collegue, AUTRE)):
        personne.set_password(MOT_DE_PASSE)
        personne.save()
        verrous.choisir_code(personne, code)
    connecte(distribution.proprietaire, confirme=False)
    page.goto("/accueil/saisie/")
    yield page
    erreurs_de_page.clear()  # 401 is told in the console


def ouvrir(page, code):
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator("#dialogue-session")).to_be_hidden()


def test_one_key_hides_the_page_and_a_code_gives_it_back_as_it_was(bureau, verifier_acces):
    bureau.keyboard.press("1")
    bureau.keyboard.press("t")
    bureau.keyboard.type("Rappeler jeudi")
    bureau.keyboard.press("F8")
    dialogue = bureau.locator("#dialogue-session")
    expect(dialogue.get_by_label("Code court")).to_be_focused()
    expect(bureau.get_by_role("heading", name="Nouvelle visite")).to_be_hidden()
    bureau.keyboard.press("Escape")
    bureau.keyboard.press("Escape")
    expect(dialogue).to_be_visible()
    verifier_acces(bureau)
    ouvrir(bureau, CODE)
    expect(bureau.locator("#note")).to_have_value("Rappeler jeudi")


def test_a_session_left_alone_is_locked_by_the_server_and_what_was_sent_waits(bureau, settings):
    bureau.keyboard.press("1")
    settings.VERROU_MINUTES = 0  # what the server holds: any use is too old
    bureau.wait_for_timeout(1100)
    bureau.keyboard.press("r")
    bureau.keyboard.press("Enter")
    dialogue = bureau.locator("#dialogue-session")
    expect(dialogue.get_by_label("Code court")).to_be_visible()
    assert not Visite.objects.exists()
    settings.VERROU_MINUTES = 10
    ouvrir(bureau, CODE)
    expect(bureau.locator("#fil .fil-entree-neuve")).to_be_visible()  # what was under way has gone
    assert Visite.objects.count() == 1


def test_two_people_take_turns_in_seconds_each_under_their_own_name(bureau, distribution):
    dialogue = bureau.locator("#dialogue-session")
    bureau.keyboard.press("F8")
    dialogue.get_by_role("button", name="Mot de passe, ou quelqu’un d’autre").click()
    dialogue.get_by_label("Adresse électronique").fill(distribution.collegue.email)
    dialogue.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    dialogue.get_by_role("button", name="Continuer").click()
    expect(bureau.locator(".compte summary")).to_contain_text("Karim Petit")
    bureau.wait_for_load_state()  # the page has started afresh
    for touche in ("1", "r", "Enter"):
        bureau.keyboard.press(touche)
    expect(bureau.locator("#fil .fil-entree-neuve")).to_be_visible()
    bureau.keyboard.press("F8")
    dialogue.get_by_label("Sonia Benali").check()
    dialogue.get_by_label("Code court").focus()
    ouvrir(bureau, CODE)
    expect(bureau.locator(".compte summary")).to_contain_text("Sonia Benali")
    bureau.wait_for_load_state()  # the page has started afresh
    for touche in ("1", "o", "Enter"):
        bureau.keyboard.press(touche)
    expect(bureau.locator("#fil .fil-entree")).to_have_count(2)
    noms = [v.auteur for v in Visite.objects.order_by("pk").select_related("auteur")]
    assert noms == [distribution.collegue, distribution.proprietaire]


def test_a_passkey_is_set_up_and_asked_for_at_the_next_login(page, distribution, settings, live_server):
    settings.SECOND_FACTEUR, settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = "exige", True
    sonia = distribution.proprietaire
    sonia.set_password(MOT_DE_PASSE)
    sonia.save()
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cle = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True}
    cle |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": cle})

    def entrer() -> None:
        page.goto(reverse("account_login"))
        page.get_by_label("Adresse électronique").fill(sonia.email)
        page.get_by_role("textbox", name="Mot de passe").fill(MOT_DE_PASSE)
        page.get_by_role("button", name="Se connecter").click()

    entrer()
    expect(page.get_by_text("Choisissez une deuxième vérification pour continuer.")).to_be_visible()
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    page.get_by_role("textbox", name="Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Nom de la clé").fill("téléphone")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
    page.get_by_role("link", name="C’est noté").click()
    expect(page.get_by_text("Clé d’accès « téléphone »")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Nouvelle visite")).to_be_visible()
    page.context.clear_cookies()
    entrer()
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_role("heading", name="Nouvelle visite")).to_be_visible()


def test_ten_minutes_without_a_gesture_hide_the_page(bureau):
    bureau.clock.install()
    bureau.reload()
    bureau.keyboard.press("t")
    bureau.keyboard.type("Rappeler jeudi")
    bureau.clock.fast_forward("11:00")
    expect(bureau.locator("#dialogue-session").get_by_label("Code court")).to_be_visible()
    expect(bureau.get_by_role("heading", name="Nouvelle visite")).to_be_hidden()
    ouvrir(bureau, CODE)
    expect(bureau.locator("#note")).to_have_value("Rappeler jeudi")


def test_a_code_typed_at_once_is_sent_by_the_page_that_asked(bureau):
    """The question is ready as soon as it is seen: its code is never sent as an address."""
    bureau.keyboard.press("t")
    bureau.keyboard.type("Rappeler jeudi")
    bureau.evaluate(
        """code => document.addEventListener("htmx:afterSwap", function repondre() {
            if (!document.querySelector("#verrou-code")) return;  // another part of the page came
            document.removeEventListener("htmx:afterSwap", repondre);
            queueMicrotask(() => {
                document.querySelector("#verrou-code").value = code;
                document.querySelector("#dialogue-session form").requestSubmit();
            });
        })""",
        CODE,
    )
    bureau.keyboard.press("F8")
    expect(bureau.get_by_role("heading", name="Nouvelle visite")).to_be_visible()
    expect(bureau.locator("#note")).to_have_value("Rappeler jeudi")
    assert "code" not in bureau.url
