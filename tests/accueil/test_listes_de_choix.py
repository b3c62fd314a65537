"""A list to choose from is never empty when there is something to choose."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from tests.fabrique import un_theme


@pytest.mark.parametrize("role", ["responsable", "direction"])
def test_delegating_offers_the_people_of_the_team(distribution, role):
    reponse = distribution.client(role).get(reverse("equipe_deleguer", args=[distribution.point.code]))
    assertContains(reponse, f'<option value="{distribution.proprietaire.pk}">')


def test_retiring_a_theme_offers_the_others_as_successors(distribution):
    reponse = distribution.client("union").get(reverse("theme_retirer", args=[un_theme("loisirs").pk]))
    assertContains(reponse, f'<option value="{un_theme("justice").pk}">')
