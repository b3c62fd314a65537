"""The Back button: it goes on working, and shows nothing once the person has left."""

import pytest
from playwright.sync_api import expect

from accueil.models import Visite
from tests.fabrique import une_visite

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chez_elle(page, connecte, distribution):
    """The owner's browser, with a visit logged by them."""
    une_visite(distribution.point, distribution.proprietaire)
    connecte(distribution.proprietaire)
    return page


def resolues(page):
    return page.get_by_role("region", name="Visites").get_by_text("Résolu")


def test_back_after_logging_out_shows_the_login_page(chez_elle):
    chez_elle.goto("/accueil/journal/")
    expect(resolues(chez_elle)).to_have_count(1)
    chez_elle.locator("details.compte > summary").click()
    chez_elle.get_by_role("button", name="Se déconnecter").click()
    chez_elle.wait_for_url("**/connexion/")
    chez_elle.go_back()
    expect(chez_elle.locator("input[type=password]")).to_be_visible()
    expect(resolues(chez_elle)).to_have_count(0)


def test_back_to_the_desk_finds_the_day_as_it_is_and_a_form_that_works(chez_elle):
    chez_elle.goto("/accueil/saisie/")
    for touche in ("1", "r", "Enter"):
        chez_elle.keyboard.press(touche)
    expect(chez_elle.locator("#fil li")).to_have_count(2)
    chez_elle.goto("/accueil/journal/")
    chez_elle.go_back()
    expect(chez_elle.locator("#fil li")).to_have_count(2)
    for touche in ("2", "n", "Enter"):
        chez_elle.keyboard.press(touche)
    expect(chez_elle.locator("#fil li")).to_have_count(3)
    assert Visite.objects.count() == 3


def test_back_from_a_filter_finds_the_list_as_it_was(chez_elle):
    chez_elle.goto("/accueil/journal/")
    chez_elle.goto("/accueil/journal/?issue=oriente")
    expect(resolues(chez_elle)).to_have_count(0)
    chez_elle.go_back()
    assert "issue" not in chez_elle.url
    expect(resolues(chez_elle)).to_have_count(1)
