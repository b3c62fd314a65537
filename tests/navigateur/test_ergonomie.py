"""What the desk and the menu ask of eyes and hands: nothing hidden, nothing that wraps, keys that undo."""

import pytest
from playwright.sync_api import expect

from tests.chromium import ECRANS, connecter

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]

PETIT_BUREAU = {"width": 1280, "height": 960}
FENETRE_ETROITE = {"width": 800, "height": 900}


@pytest.fixture
def bureau(page, connecte, distribution):
    connecte(distribution.proprietaire)
    page.goto("/accueil/saisie/")
    return page


def _haut(page, selecteur: str) -> float:
    return page.locator(selecteur).bounding_box()["y"]


@pytest.mark.parametrize("ecran", [PETIT_BUREAU])
def test_the_save_bar_hides_nothing_of_the_form(bureau):
    barre = _haut(bureau, ".barre-actions-collee")
    boites = [
        e.bounding_box() for e in bureau.locator("#formulaire :is(.choix, .puce, .compteur):visible").all()
    ]
    assert max(boite["y"] + boite["height"] for boite in boites) <= barre


@pytest.mark.parametrize("ecran", [PETIT_BUREAU])
def test_a_question_and_its_answers_hold_in_one_line(bureau):
    for champ in ("duree", "canal"):
        puces = bureau.locator(f"fieldset:has([name={champ}]) .puces > *").all()
        assert len({round(p.bounding_box()["y"]) for p in puces}) == 1, champ


@pytest.mark.parametrize("ecran", [FENETRE_ETROITE])
def test_key_caps_give_way_where_there_is_no_room(bureau):
    expect(bureau.locator("#formulaire .touche").first).to_be_hidden()
    bureau.keyboard.press("?")
    expect(bureau.locator(".raccourcis .touche").first).to_be_visible()


@pytest.mark.parametrize("champ", ["genre", "duree", "d0-partenaire", "d0-aide"])
def test_an_optional_choice_is_unchosen_by_a_key(bureau, champ):
    bureau.keyboard.press("u")
    bureau.keyboard.press("g")
    choix, annonces = bureau.locator(f"[name='{champ}']").first, bureau.locator("#annonces")
    for touche in ("Space", "Backspace", "Delete"):
        choix.check()
        annonces.evaluate("zone => { zone.textContent = '' }")
        choix.press(touche)
        expect(choix, touche).not_to_be_checked()
        expect(annonces, touche).to_have_text("Choix retiré.")


def test_a_required_choice_is_never_unchosen(bureau):
    for champ in ("d0-theme", "d0-issue", "canal"):
        choix = bureau.locator(f"[name='{champ}']").first
        choix.check()
        choix.press("Space")
        expect(choix, champ).to_be_checked()


@pytest.mark.parametrize("ecran", [PETIT_BUREAU])
def test_the_union_s_menu_holds_in_one_line_and_opens_by_keyboard(
    page, connecte, distribution, verifier_acces
):
    connecte(distribution.union)
    page.goto("/accueil/points/")
    menu = page.get_by_role("navigation", name="Menu principal")
    liens = menu.locator("> ul > li").all()
    assert len({round(lien.bounding_box()["y"]) for lien in liens}) == 1
    menu.locator("summary", has_text="Réseau").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Associations")).to_be_visible()
    verifier_acces(page)
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="Associations")).to_be_hidden()
    expect(menu.locator("summary", has_text="Réseau")).to_be_focused()


@pytest.mark.parametrize("ecran", [ECRANS["telephone"]])
def test_a_phone_shows_the_whole_menu_as_one_list(page, connecte, distribution, verifier_acces):
    connecte(distribution.union)
    page.goto("/accueil/points/")
    page.locator(".nav-bas summary").click()
    panneau = page.locator(".nav-bas .deroulant-panneau")
    assert panneau.get_by_role("link").all_inner_texts()[-2:] == ["Conservation", "Protection des données"]
    verifier_acces(page)


@pytest.mark.parametrize("ecran", [PETIT_BUREAU])
def test_a_group_opens_without_javascript(ouvrir_contexte, live_server, distribution):
    contexte = ouvrir_contexte(java_script_enabled=False)
    connecter(contexte, live_server.url, distribution.union)
    page = contexte.new_page()
    page.goto("/accueil/points/")
    page.locator(".entete-menu summary", has_text="Réseau").click()
    page.get_by_role("link", name="Personnes").click()
    expect(page.get_by_role("heading", name="Personnes", level=1)).to_be_visible()
