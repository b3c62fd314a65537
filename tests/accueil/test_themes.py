"""Themes: ordered, renamed, retired with a successor, never deleted."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accueil import themes
from accueil.models import Theme
from pimms.socle.models import EntreeJournal
from tests.fabrique import un_theme


def ordre():
    return list(Theme.objects.filter(retire_le__isnull=True).values_list("code", flat=True))


def test_a_theme_goes_up_one_place(distribution):
    avant = ordre()
    distribution.client("union").post(
        reverse("theme_deplacer", args=[un_theme(avant[2]).pk]), {"sens": "haut"}
    )
    assert ordre()[:3] == [avant[0], avant[2], avant[1]]


def test_the_focus_stays_with_the_theme_that_moved(distribution):
    theme = un_theme(ordre()[2])
    client = distribution.client("union")
    reponse = client.post(reverse("theme_deplacer", args=[theme.pk]), {"sens": "bas"})
    assert b"autofocus" in client.get(reponse.url).content


def test_the_first_theme_does_not_go_higher(distribution):
    avant = ordre()
    assert not themes.deplacer(distribution.union, un_theme(avant[0]), "haut")
    assert ordre() == avant


def test_a_new_theme_comes_last_with_a_code_of_its_own(distribution):
    saisie = {"nom": "Énergie – Eau !", "nom_court": "Énergie", "icone": "tree"}
    distribution.client("union").post(reverse("theme_nouveau"), saisie)
    assert ordre()[-1] == "energie-eau"


def test_two_themes_in_service_never_share_a_name(distribution):
    saisie = {"nom": "numérique", "nom_court": "N", "icone": "tree"}
    reponse = distribution.client("union").post(reverse("theme_nouveau"), saisie)
    assert reponse.context["form"].errors.keys() == {"nom"}


def test_renaming_keeps_the_code(distribution):
    theme = un_theme("numerique")
    saisie = {"nom": "Numérique au quotidien", "nom_court": "Numérique", "icone": "laptop"}
    distribution.client("union").post(reverse("theme", args=[theme.pk]), saisie)
    theme.refresh_from_db()
    assert (theme.code, theme.nom) == ("numerique", "Numérique au quotidien")


def test_a_theme_is_retired_with_its_successor(distribution):
    theme, autre = un_theme("courrier"), un_theme("numerique")
    saisie = {"successeur": autre.pk, "retire_le": "2027-01-01"}
    distribution.client("union").post(reverse("theme_retirer", args=[theme.pk]), saisie)
    theme.refresh_from_db()
    assert (theme.retire_le, theme.successeur) == (date(2027, 1, 1), autre)
    assert EntreeJournal.objects.get(objet="theme").acte == "retirer"


def test_a_retirement_without_successor_is_refused(distribution):
    url = reverse("theme_retirer", args=[un_theme("courrier").pk])
    reponse = distribution.client("union").post(url, {"retire_le": "2027-01-01"})
    assert reponse.context["form"].errors.keys() == {"successeur"}


def test_a_retired_theme_succeeds_to_none(distribution):
    ancien, retire = un_theme("courrier"), un_theme("numerique")
    themes.mettre_au_retrait(distribution.union, retire, date(2026, 1, 1), un_theme("energie"))
    with pytest.raises(ValidationError):
        themes.mettre_au_retrait(distribution.union, ancien, date(2026, 1, 1), retire)


def test_a_retired_theme_can_come_back(distribution):
    theme = un_theme("courrier")
    themes.mettre_au_retrait(distribution.union, theme, date(2026, 1, 1), un_theme("energie"))
    distribution.client("union").post(reverse("theme_remettre", args=[theme.pk]))
    theme.refresh_from_db()
    assert (theme.retire_le, theme.successeur) == (None, None)


def test_the_direction_does_not_touch_themes(distribution):
    url = reverse("theme_deplacer", args=[un_theme().pk])
    assert distribution.client("direction").post(url).status_code == 404


def test_the_page_of_retirement_has_one_main_button(distribution):
    page = distribution.client("union").get(reverse("theme_retirer", args=[un_theme().pk])).content.decode()
    contenu = page.partition("<main")[2].partition("</main>")[0]
    assert contenu.count("btn-primary") == 1
    assert re.search(r'<button type="submit" class="btn btn-primary[^>]*>Retirer le thème</button>', contenu)
