"""The journal on paper: what was filtered is said, what only a screen can use is not printed."""

import pytest
from playwright.sync_api import expect

from tests.fabrique import une_visite

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def papier(page, connecte, distribution):
    une_visite(distribution.point, distribution.proprietaire, demandes=[{"issue": "oriente"}])
    connecte(distribution.responsable)
    page.emulate_media(media="print")
    page.goto("/accueil/journal/?issue=oriente")
    return page


def test_paper_says_the_filter(papier):
    expect(papier.get_by_text("Résultat\u202f: Orienté").first).to_be_visible()


def test_paper_offers_no_gesture(papier):
    visite = papier.locator(".journal-visite")
    expect(visite.get_by_text("Sonia Benali")).to_be_visible()
    for geste in ("corriger", "annuler", "suite connue"):
        expect(visite.get_by_text(geste)).to_be_hidden()


def test_a_screen_does_not_say_the_filter_twice(papier):
    papier.emulate_media(media="screen")
    expect(papier.locator(".papier-seul")).to_be_hidden()
