"""A direction asks for everything, on a telephone: the page says what it holds, and where it stands."""

import pytest
from django.urls import reverse

from qualite.archives import demandes
from tests.chromium import ECRANS

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("ecran", [ECRANS["telephone"]])
def test_a_direction_asks_for_its_archive(page, connecte, distribution, ecran, verifier_acces, monkeypatch):
    monkeypatch.setattr(demandes, "enfiler", lambda *_: True)
    connecte(distribution.direction)
    page.goto(reverse("documents_rgpd"))
    page.get_by_role("link", name="Voir les archives").click()
    verifier_acces(page)
    page.get_by_label("Pourquoi").select_option("depart")
    page.get_by_role("button", name="Demander l’archive").click()
    page.get_by_text("Où en est-elle").wait_for()
    verifier_acces(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= ecran["width"]
