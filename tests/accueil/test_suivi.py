"""Follow-up codes and outcomes known later."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from accueil.models import Suivi
from accueil.suivi import VALIDITE, lisible, normaliser, par_code, remettre_code
from accueil.templatetags.saisie import suivables
from tests.fabrique import un_partenaire, un_theme, une_visite


@pytest.fixture
def demande(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire, demandes=[{"issue": "a_suivre"}])
    return visite.demandes.get()


def test_a_code_is_handed_over_for_ninety_days(distribution, demande):
    suivi = remettre_code(distribution.proprietaire, demande)
    assert suivi.expire_le == distribution.point.aujourdhui() + timedelta(days=90)


def test_asked_twice_the_same_code_comes_back(distribution, demande):
    premier = remettre_code(distribution.proprietaire, demande).code
    assert remettre_code(distribution.proprietaire, demande).code == premier


def test_a_code_is_read_as_it_is_typed():
    assert normaliser(" k7qd-2m4x ") == "K7QD2M4X"
    assert lisible("K7QD2M4X") == "K7QD-2M4X"


def test_a_solved_request_gets_no_code(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire)
    client = distribution.client("proprietaire")
    client.post(reverse("code_de_suivi", args=[visite.demandes.get().pk]))
    assert not Suivi.objects.exists()


def test_the_code_leads_a_colleague_to_the_request(distribution, demande):
    suivi = remettre_code(distribution.proprietaire, demande)
    reponse = distribution.client("collegue").get(reverse("suivi"), {"code": lisible(suivi.code)})
    assertRedirects(reponse, reverse("suite", args=[demande.pk]))


def test_a_code_says_nothing_at_another_point(distribution, demande):
    suivi = remettre_code(distribution.proprietaire, demande)
    reponse = distribution.client("etranger").get(reverse("suivi"), {"code": suivi.code})
    assertContains(reponse, "inconnu à vos points")


def test_an_expired_code_is_unknown(distribution, demande):
    suivi = remettre_code(distribution.proprietaire, demande)
    Suivi.objects.update(expire_le=distribution.point.aujourdhui() - timedelta(days=1))
    assert par_code(distribution.proprietaire, suivi.code) is None
    assert timedelta(days=90) == VALIDITE


def test_the_outcome_is_recorded_from_the_page(distribution, demande):
    client = distribution.client("collegue")
    envoi = {"suite": "abouti", "suite_le": distribution.point.aujourdhui().isoformat()}
    client.post(reverse("suite", args=[demande.pk]), envoi)
    suivi = Suivi.objects.get()
    assert (suivi.suite, suivi.suite_par) == ("abouti", distribution.collegue)


def test_an_outcome_cannot_precede_the_visit(distribution, demande):
    hier = distribution.point.aujourdhui() - timedelta(days=1)
    reponse = distribution.client("collegue").post(
        reverse("suite", args=[demande.pk]), {"suite": "abouti", "suite_le": hier.isoformat()}
    )
    assertContains(reponse, "entre le jour de la visite et aujourd’hui", status_code=422)


def test_a_stranger_gets_404_on_the_outcome(distribution, demande):
    assert distribution.client("etranger").get(reverse("suite", args=[demande.pk])).status_code == 404


def test_an_expired_code_is_replaced_by_a_new_one(distribution, demande):
    ancien = remettre_code(distribution.proprietaire, demande).code
    Suivi.objects.update(expire_le=distribution.point.aujourdhui() - timedelta(days=1))
    nouveau = remettre_code(distribution.proprietaire, demande)
    assert nouveau.code != ancien
    assert nouveau.expire_le == distribution.point.aujourdhui() + VALIDITE


def test_each_code_of_a_visit_names_its_theme(distribution):
    themes = (un_theme("energie"), un_theme("justice"))
    une_visite(
        distribution.point,
        distribution.proprietaire,
        demandes=[{"issue": "oriente", "theme": theme} for theme in themes],
    )
    page = distribution.client("proprietaire").get(reverse("saisie")).content.decode()
    for theme in themes:
        assert f"code de suivi<span>\u202f: {theme.nom_court}</span>" in page


def test_codes_of_one_theme_are_told_apart_by_their_partner_then_by_their_rank(distribution):
    demandes = [{"issue": "oriente", "partenaire": un_partenaire(nom)} for nom in ("CAF", "EDF", "EDF")]
    visite = une_visite(distribution.point, distribution.proprietaire, demandes=[*demandes, {}])
    theme = un_theme("energie").nom_court
    assert [nom for _, nom in suivables(list(visite.demandes.order_by("rang")))] == [
        f"{theme}, CAF",
        f"{theme}, EDF (1)",
        f"{theme}, EDF (2)",
    ]
