"""The day's list beside the form: who sees whose name, what each entry says and offers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from accueil.models import Visite
from pimms.socle.typographie import date_longue
from tests.accueil.test_saisie import donnees, poster
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


def ligne(distribution, role, visite) -> str:
    """The entry as the answer to a cancelling and a restoring shows it."""
    client = distribution.client(role)
    for geste in ("visite_annuler", "visite_retablir"):
        reponse = client.post(reverse(geste, args=[visite.pk]), headers={"HX-Request": "true"})
    return reponse.content.decode()


@pytest.mark.parametrize(
    ("role", "il_y_a", "permis"),
    [
        ("proprietaire", 7, True),
        ("proprietaire", 8, False),
        ("responsable", 60, True),
        ("responsable", 61, False),
    ],
)
def test_acts_are_offered_as_long_as_they_are_allowed(distribution, role, il_y_a, permis):
    visite = une_visite(distribution.point, distribution.proprietaire, il_y_a=il_y_a)
    texte = ligne(distribution, role, visite)
    assert (reverse("visite_corriger", args=[visite.pk]) in texte) is permis
    assert (reverse("visite_annuler", args=[visite.pk]) in texte) is permis


def test_a_cancelled_visit_too_old_offers_no_way_back(distribution):
    visite = une_visite(
        distribution.point,
        distribution.proprietaire,
        il_y_a=8,
        annulee_le=timezone.now() + timedelta(minutes=1),
    )
    texte = ligne(distribution, "proprietaire", visite)
    assert "annulée" in texte
    assert reverse("visite_retablir", args=[visite.pk]) not in texte


def test_a_cancelled_visit_is_not_the_one_to_repeat(liste, distribution):
    Visite.objects.update(annulee_le=timezone.now() + timedelta(minutes=1))
    assert "data-mienne" not in liste("proprietaire")


def test_an_entry_for_another_day_says_the_day(distribution):
    hier = distribution.point.aujourdhui() - timedelta(days=1)
    reponse = poster(distribution.client("proprietaire"), distribution.point, jour=hier.isoformat())
    assertContains(reponse, f"pour le {date_longue(hier)}")


def test_without_javascript_too_the_day_of_the_entry_is_said(distribution):
    hier = distribution.point.aujourdhui() - timedelta(days=1)
    envoi = donnees(distribution.point, jour=hier.isoformat())
    reponse = distribution.client("proprietaire").post(reverse("saisie"), envoi, follow=True)
    assertContains(reponse, f"Visite enregistrée pour le {date_longue(hier)}.")


def test_the_duration_of_a_tally_is_that_of_the_whole_group(distribution):
    reponse = poster(distribution.client("proprietaire"), distribution.point, personnes="12", duree="30")
    assertContains(reponse, "30\u202fmin en tout")
