"""The desk in a real browser: keys, thumbs, retries, an expired session."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from accueil.models import Visite
from tests.chromium import ECRANS, connecter
from tests.fabrique import MOT_DE_PASSE, un_acces, un_point, une_visite

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]

NEUVE = "#fil .fil-entree-neuve"


@pytest.fixture
def bureau(page, connecte, distribution):
    """The desk, open in the owner's browser."""
    connecte(distribution.proprietaire)
    page.goto("/accueil/saisie/")
    return page


def test_three_keys_log_a_visit_without_leaving_the_screen(bureau):
    for touche in ("1", "r", "Enter"):
        bureau.keyboard.press(touche)
    expect(bureau.locator(NEUVE)).to_contain_text("Résolu")
    expect(bureau.locator("[data-etat]")).to_have_text("Tout est enregistré")
    assert Visite.objects.get().demandes.get().issue == "resolu"


def test_the_form_is_fresh_after_a_visit_and_the_next_one_is_another(bureau):
    for _ in range(2):
        for touche in ("2", "o", "Enter"):
            bureau.keyboard.press(touche)
        expect(bureau.locator(NEUVE)).to_have_count(1)
        expect(bureau.locator("#demandes input:checked")).to_have_count(0)
    expect(bureau.locator("#fil li")).to_have_count(2)
    assert Visite.objects.values("cle").distinct().count() == 2


def test_two_requests_by_keyboard(bureau):
    for touche in ("1", "r", "+", "2", "s", "Enter"):
        bureau.keyboard.press(touche)
    expect(bureau.locator(NEUVE)).to_contain_text("À suivre")
    assert Visite.objects.get().nb_demandes == 2


def test_keys_speak_of_the_request_that_is_open(bureau):
    for touche in ("1", "r", "+", "3"):
        bureau.keyboard.press(touche)
    troisieme = bureau.locator("[data-demande='1'] [name$=-theme]:checked").get_attribute("value")
    bureau.get_by_role("button", name="modifier").first.click()
    bureau.keyboard.press("2")
    attendu = bureau.locator("[data-demande='0'] [aria-keyshortcuts='2']").get_attribute("value")
    expect(bureau.locator("[data-demande='0'] [name$=-theme]:checked")).to_have_value(attendu)
    expect(bureau.locator("[data-demande='1'] [name$=-theme]:checked")).to_have_value(troisieme)


def test_repeating_the_previous_visit(bureau):
    for touche in ("3", "n"):
        bureau.keyboard.press(touche)
    bureau.get_by_label("30", exact=True).check()
    bureau.keyboard.press("Enter")
    expect(bureau.locator(NEUVE)).to_contain_text("30 min")
    bureau.keyboard.press(".")
    bureau.keyboard.press("Enter")
    expect(bureau.locator("#fil li")).to_have_count(2)
    assert list(Visite.objects.values_list("duree", "demandes__issue")) == [(30, "non_abouti")] * 2


def test_a_double_click_records_one_visit(bureau):
    bureau.keyboard.press("1")
    bureau.keyboard.press("r")
    bureau.locator("#enregistrer").dblclick()
    expect(bureau.locator(NEUVE)).to_be_visible()
    assert Visite.objects.count() == 1


@pytest.fixture
def lent(bureau):
    """A server that answers a visit when told: `lent()` lets go what it holds, and all that follows."""
    retenues = []
    bureau.route("**/accueil/saisie/", lambda r: r.continue_() if None in retenues else retenues.append(r))

    def repondre():
        for _ in range(500):
            if retenues:
                break
            bureau.wait_for_timeout(20)
        route, retenues[:] = retenues[0], [None]
        route.continue_()

    return repondre


def taper(page, touches):
    for touche in touches.split():
        page.keyboard.press(touche)


def test_what_is_typed_while_a_visit_is_on_its_way_is_the_next_visit(bureau, lent):
    taper(bureau, "1 r Enter 2 o + 3 s Enter 4 n")
    expect(bureau.locator("[data-etat]")).to_contain_text("enregistrement")
    lent()
    expect(bureau.locator("#fil li")).to_have_count(2)
    expect(bureau.locator("[name$=-issue]:checked")).to_have_value("non_abouti")
    issues = [list(v.demandes.values_list("issue", flat=True)) for v in Visite.objects.order_by("pk")]
    assert issues == [["resolu"], ["oriente", "a_suivre"]]


def test_a_tally_sent_from_its_counter_lets_the_next_visit_be_typed(bureau, lent):
    taper(bureau, "1 r x 8 Enter 2 o Enter")
    lent()
    expect(bureau.locator("#fil li")).to_have_count(2)
    assert list(Visite.objects.order_by("pk").values_list("personnes", flat=True)) == [8, 1]


def test_a_second_enter_in_a_hurry_sends_no_empty_visit(bureau, lent):
    taper(bureau, "1 r Enter Enter")
    lent()
    expect(bureau.locator("[data-etat]")).to_have_text("Tout est enregistré")
    expect(bureau.locator(".invalid-feedback")).to_have_count(0)
    assert Visite.objects.count() == 1


def test_a_refused_visit_waits_for_its_mistake_not_for_the_next_keys(bureau, lent, erreurs_de_page):
    taper(bureau, "1 Enter 2 r Enter")
    lent()
    expect(bureau.get_by_text("Choisissez un résultat.")).to_be_visible()
    expect(bureau.locator("[name$=-issue]:checked")).to_have_count(0)
    assert not Visite.objects.exists()
    taper(bureau, "r Enter")
    expect(bureau.locator(NEUVE)).to_be_visible()
    erreurs_de_page.clear()


def test_an_incomplete_form_says_what_is_missing_and_keeps_the_rest(bureau, erreurs_de_page):
    bureau.keyboard.press("1")
    bureau.keyboard.press("t")
    bureau.keyboard.type("Rappeler jeudi")
    bureau.locator("#enregistrer").click()
    expect(bureau.get_by_text("Choisissez un résultat.")).to_be_visible()
    expect(bureau.locator("#note")).to_have_value("Rappeler jeudi")
    erreurs_de_page.clear()


def test_an_expired_session_asks_for_the_password_in_place_and_loses_nothing(
    bureau, distribution, erreurs_de_page
):
    distribution.proprietaire.set_password(MOT_DE_PASSE)
    distribution.proprietaire.save()
    bureau.keyboard.press("1")
    bureau.keyboard.press("s")
    Session.objects.all().delete()
    bureau.keyboard.press("Enter")
    dialogue = bureau.locator("#dialogue-session")
    expect(dialogue).to_contain_text("Rien n’est perdu")
    dialogue.get_by_label("Adresse électronique").fill(distribution.proprietaire.email)
    dialogue.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    dialogue.get_by_role("button", name="Continuer").click()
    expect(bureau.locator(NEUVE)).to_contain_text("À suivre")
    assert Visite.objects.count() == 1
    erreurs_de_page.clear()


def test_a_lost_connection_keeps_the_form_and_a_retry_records_once(bureau, erreurs_de_page):
    bureau.keyboard.press("1")
    bureau.keyboard.press("r")
    bureau.context.set_offline(True)
    bureau.keyboard.press("Enter")
    bandeau = bureau.locator("#bandeau-reseau")
    expect(bandeau).to_contain_text("Rien n’est perdu")
    bureau.context.set_offline(False)
    bandeau.get_by_role("button", name="Réessayer").click()
    expect(bureau.locator(NEUVE)).to_be_visible()
    assert Visite.objects.count() == 1
    erreurs_de_page.clear()


def test_a_late_answer_to_the_page_hides_no_failure_of_the_person_s(bureau, erreurs_de_page):
    retenues = []
    bureau.route("**/accueil/saisie/resume/**", lambda route: retenues.append(route))  # noqa: PLW0108 — a builtin is no handler
    taper(bureau, "1 r Enter")
    expect(bureau.locator(NEUVE)).to_be_visible()
    bureau.route("**/accueil/saisie/", lambda route: route.abort())
    taper(bureau, "2 o Enter")
    expect(bureau.locator("#bandeau-reseau")).to_be_visible()
    retenues[0].continue_()
    expect(bureau.locator("#resume .chiffre-valeur").first).to_have_text("1")
    expect(bureau.locator("#bandeau-reseau")).to_be_visible()
    erreurs_de_page.clear()


def test_cancel_then_restore_from_the_list(bureau):
    for touche in ("1", "r", "Enter"):
        bureau.keyboard.press(touche)
    bureau.locator(NEUVE).get_by_role("button", name="annuler").click()
    ligne = bureau.locator("#fil li").first
    expect(ligne).to_contain_text("annulée")
    expect(bureau.locator("#resume .chiffre-valeur").first).to_have_text("0")
    ligne.get_by_role("button", name="rétablir").click()
    expect(ligne.get_by_role("button", name="annuler")).to_be_visible()


def test_a_code_is_handed_over_from_the_list(bureau):
    for touche in ("1", "s", "Enter"):
        bureau.keyboard.press(touche)
    bureau.locator(NEUVE).get_by_text("code de suivi").click()
    expect(bureau.locator(".code-suivi")).to_have_text(re.compile(r"^[2-9A-Z]{4}-[2-9A-Z]{4}$"))


def test_shortcuts_can_be_switched_off(bureau):
    bureau.keyboard.press("?")
    bureau.get_by_label("Utiliser ces touches sur ce poste").uncheck()
    bureau.keyboard.press("Escape")
    bureau.keyboard.press("1")
    expect(bureau.locator("#demandes input:checked")).to_have_count(0)


@pytest.mark.parametrize("ecran", [ECRANS["telephone"]])
def test_three_thumbs_log_a_visit_on_a_phone(bureau):
    bureau.locator("#demandes [type=radio]").first.check()
    bureau.get_by_label("Orienté").check()
    bureau.locator("#enregistrer").click()
    expect(bureau.locator(NEUVE)).to_be_attached()
    largeur = bureau.evaluate("document.documentElement.scrollWidth")
    assert largeur <= 390


def test_switching_point_is_one_click(page, connecte, distribution):
    un_acces(distribution.proprietaire, "mediateur", un_point(nom="Lyon – Vaise", code="LYO-VAI"))
    connecte(distribution.proprietaire)
    page.goto("/accueil/saisie/")
    page.locator(".entete summary").first.click()
    page.get_by_role("button", name="Lyon – Vaise").click()
    expect(page.locator('input[name="point"]')).to_have_value("LYO-VAI")


def test_the_whole_job_without_javascript(ouvrir_contexte, live_server, distribution):
    contexte = ouvrir_contexte(java_script_enabled=False)
    connecter(contexte, live_server.url, distribution.proprietaire)
    page = contexte.new_page()
    page.goto("/accueil/saisie/")
    page.locator("#demandes [type=radio]").first.check()
    page.get_by_label("Résolu").check()
    page.locator("#enregistrer").click()
    expect(page.get_by_text("Visite enregistrée.")).to_be_visible()
    assert Visite.objects.count() == 1


def test_the_desk_is_accessible(bureau, distribution, verifier_acces):
    une_visite(distribution.point, distribution.proprietaire, demandes=[{"issue": "oriente"}])
    bureau.reload()
    for volet in bureau.locator("#formulaire details > summary").all():
        volet.click()
    verifier_acces(bureau)
