"""Both dashboards by keyboard alone: from a figure to its list, from a chart to numbers and their list."""

import io

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from accueil.agregats import rattraper
from qualite.evaluation import evaluer
from tests.chromium import ECRANS
from tests.fabrique import un_partenaire, une_visite
from tests.mediation.fabrique import un_dossier
from tests.qualite.fabrique_ecoute import des_avis, un_questionnaire

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rempli(distribution):
    for il_y_a in (0, 3, 40):
        une_visite(distribution.point, distribution.proprietaire, il_y_a=il_y_a, heure=10)
    rattraper()
    return distribution


def _jusqu_a(page: Page, selecteur: str) -> None:
    """Press Tab until what is looked for has the focus, which is then seen."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selecteur):
            expect(page.locator(":focus")).to_be_in_viewport()
            return
    pytest.fail(f"{selecteur} ne se rejoint pas au clavier")


@pytest.mark.parametrize(("adresse", "role"), [("/tableau-de-bord/", "responsable"), ("/reseau/", "union")])
def test_a_figure_and_a_chart_open_their_lists_by_keyboard(page, connecte, rempli, adresse, role):
    connecte(getattr(rempli, role))
    page.goto(adresse)
    _jusqu_a(page, ".chiffres-cles a")
    page.keyboard.press("Enter")
    expect(page.locator(".journal-visite")).to_have_count(3)
    page.goto(adresse)
    _jusqu_a(page, ".tableau-courbe .graphique-table > summary")
    page.keyboard.press("Enter")
    _jusqu_a(page, ".tableau-courbe .graphique-table td a")
    page.keyboard.press("Enter")
    expect(page.locator(".journal-visite").first).to_be_visible()
    assert "du=" in page.url
    page.goto(f"{adresse}?compare=avant&canal=sur_place")
    for url in (adresse, page.url):
        page.goto(url)
        with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as papier:
            assert len(papier.pages) == 1, url


def test_a_phone_folds_long_lists_opens_them_by_a_key_and_prints_them_whole(page, connecte, rempli):
    connecte(rempli.union)
    page.goto("/reseau/")
    points = page.locator("#points")
    expect(points).to_be_visible()  # on a desk
    page.set_viewport_size(ECRANS["telephone"])
    page.reload()
    expect(points).to_be_hidden()
    page.locator(".sauts a[href='#points']").press("Enter")
    expect(points.get_by_role("link").first).to_be_in_viewport()
    connecte(rempli.responsable)
    page.goto("/tableau-de-bord/")
    public = page.get_by_role("heading", name="Première visite")
    expect(public).to_be_hidden()
    page.emulate_media(media="print")
    expect(public).to_be_visible()


def test_a_departement_of_the_map_opens_by_keyboard(page, connecte, rempli):
    connecte(rempli.union)
    page.goto("/reseau/")
    _jusqu_a(page, "svg a")
    page.keyboard.press("Enter")
    page.wait_for_url("**departement=**")


def test_a_partner_s_account_is_reached_and_read_by_keyboard(page, connecte, verifier_acces, rempli):
    demandes = [{"partenaire": un_partenaire("CAF")}]
    for _ in range(11):
        une_visite(rempli.point, rempli.proprietaire, demandes=demandes)
    connecte(rempli.direction)
    page.goto("/partenaires/")
    _jusqu_a(page, ".tableau a.lien-ligne")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("CAF")
    _jusqu_a(page, ".compte-quoi > summary")
    page.keyboard.press("Enter")
    expect(page.get_by_text("ne décrivent personne")).to_be_visible()
    verifier_acces(page)


def test_the_lists_behind_a_set_s_figures_are_accessible(page, connecte, verifier_acces, rempli):
    un_dossier(rempli.proprietaire, rempli.point)
    des_avis(un_questionnaire(rempli.point))
    evaluer()
    connecte(rempli.union)
    page.goto("/reseau/?departement=69")
    liens = [
        page.get_by_role("link", name="1\xa0dossier en cours"),
        page.locator(".chiffres-cles a").last,
        page.locator(".reseau-conformite td a").first,
    ]
    for adresse in [lien.get_attribute("href") for lien in liens]:
        page.goto(adresse)
        expect(page.get_by_text("Département\u202f: Rhône")).to_be_visible()
        verifier_acces(page)
