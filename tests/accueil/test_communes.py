"""Communes typed by name: suggestions, and what is understood."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains

from accueil.champs import ChampCommune, libelle_commune


def proposees(distribution, texte, nom="q"):
    return distribution.client("proprietaire").get(reverse("communes"), {nom: texte})


@pytest.mark.parametrize("texte", ["Lyon", "lyo", "LYON", "69007"])
def test_a_name_s_beginning_or_a_postcode_is_enough(distribution, texte):
    assertContains(proposees(distribution, texte), '<option value="Lyon (69123)">')


def test_the_field_s_own_name_will_do(distribution):
    assertContains(proposees(distribution, "saint den", "commune"), "Saint-Denis (93066)")


@pytest.mark.parametrize("texte", ["", "l", "\x00", "zzzzzz"])
def test_nothing_to_offer_is_an_empty_answer(distribution, texte):
    assert b"option" not in proposees(distribution, texte).content


def test_ten_are_offered_at_most(distribution):
    assert proposees(distribution, "saint").content.count(b"<option") == 10


@pytest.mark.django_db
@pytest.mark.parametrize("texte", ["Lyon (69123)", "lyon (69)", "69123", "Lyon"])
def test_several_ways_to_write_lyon_are_understood(texte):
    assert ChampCommune().clean(texte).pk == "69123"


@pytest.mark.django_db
@pytest.mark.parametrize("texte", ["Saint-Denis", "01400"])
def test_an_ambiguous_name_or_code_is_told(texte):
    with pytest.raises(ValidationError):
        ChampCommune().clean(texte)


@pytest.mark.django_db
def test_what_is_offered_is_understood():
    champ = ChampCommune()
    commune = champ.clean("Ajaccio")
    assert champ.clean(libelle_commune(commune)) == commune


def test_an_empty_optional_commune_is_none():
    assert ChampCommune(required=False).clean("") is None
