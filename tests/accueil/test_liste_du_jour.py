"""The day's list beside the form: who sees whose name."""

import pytest
from django.urls import reverse

from tests.fabrique import une_visite


@pytest.fixture
def liste(distribution):
    """`liste(role)`: the page as this role sees it, with one entry of the owner's."""
    une_visite(distribution.point, distribution.proprietaire)
    return lambda role: distribution.client(role).get(reverse("saisie")).content.decode().split('id="fil"')[1]


def test_the_manager_reads_who_logged_each_visit(liste):
    assert "Sonia Benali" in liste("responsable")


@pytest.mark.parametrize("role", ["proprietaire", "collegue"])
def test_a_mediateur_reads_no_name(liste, role):
    assert "Benali" not in liste(role)
