"""Both dashboards by keyboard alone: from a figure to its list, from a chart to numbers and their list."""

import pytest
from playwright.sync_api import Page, expect

from accueil.agregats import rattraper
from tests.fabrique import une_visite

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


def test_a_departement_of_the_map_opens_by_keyboard(page, connecte, rempli):
    connecte(rempli.union)
    page.goto("/reseau/")
    _jusqu_a(page, "svg a")
    page.keyboard.press("Enter")
    page.wait_for_url("**departement=**")
