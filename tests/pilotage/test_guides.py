"""The guides are for everyone; their links only for those who may follow them."""

import re

import pytest
from django.urls import reverse

from pimms.pilotage.views import GUIDES
from tests.distribution import ROLES

pytestmark = pytest.mark.django_db


def _liens(distribution, role: str, guide: str) -> list[str]:
    page = distribution.client(role).get(reverse("guide", args=[guide])).content.decode()
    article = page.split("<article")[1].split("</article>")[0]
    return re.findall(r'<a\b[^>]*href="([^"]+)"', article)


@pytest.mark.parametrize("guide", GUIDES)
@pytest.mark.parametrize("role", ROLES)
def test_no_guide_links_to_a_page_closed_to_its_reader(distribution, role, guide):
    client = distribution.client(role)
    assert {client.get(lien).status_code for lien in _liens(distribution, role, guide)} <= {200}


def test_a_mediateur_is_led_to_the_desk(distribution):
    assert reverse("saisie") in _liens(distribution, "proprietaire", "mediateur")


def test_who_may_not_go_there_reads_the_words(distribution):
    page = distribution.client("auditeur").get(reverse("guide", args=["mediateur"]))
    assert "tient en un écran\u202f: Accueil du public." in page.content.decode()
