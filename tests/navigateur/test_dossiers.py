"""Cases in a real browser: the scope question, a withdrawal, two people at once, a phone, no script."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from mediation.models import Dossier, Evenement, Redirection
from mediation.modifications import modifier, valeurs
from tests.chromium import ECRANS, connecter
from tests.fabrique import un_partenaire, un_theme, une_visite
from tests.mediation.fabrique import un_dossier, un_dossier_plein

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def dossier(distribution):
    return un_dossier(distribution.proprietaire, distribution.point)


def _deborde(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_what_is_out_of_scope_is_sent_on_and_opens_no_case(page, connecte, distribution, verifier_acces):
    connecte(distribution.proprietaire)
    page.goto(reverse("dossier_nouveau"))
    expect(page.get_by_label("De quoi s’agit-il")).to_be_hidden()
    page.get_by_role("radio", name="Oui").check(force=True)
    expect(page.get_by_label("De quoi s’agit-il")).to_be_hidden()
    page.get_by_label("De quelle médiation s’agit-il").select_option("familiale")
    page.get_by_label(re.compile("Ou vers quel interlocuteur")).fill("Maison de la famille")
    verifier_acces(page)
    page.get_by_role("button", name="Noter la réorientation").click()
    expect(page.get_by_role("cell", name="Maison de la famille")).to_be_visible()
    verifier_acces(page)
    assert Redirection.objects.count() == 1
    assert not Dossier.objects.exists()


def test_a_visit_gives_its_case_without_a_word_typed_again(page, connecte, distribution):
    demandes = [{"theme": un_theme("energie"), "partenaire": un_partenaire("EDF"), "registre": 2}]
    une_visite(distribution.point, distribution.proprietaire, demandes=demandes)
    connecte(distribution.proprietaire)
    page.goto(reverse("saisie"))
    page.get_by_role("link", name="ouvrir une médiation").click()
    page.get_by_role("radio", name="Non").check(force=True)
    page.get_by_role("button", name="Ouvrir le dossier").click()
    expect(page.get_by_text("est ouvert.")).to_be_visible()
    dossier = Dossier.objects.get()
    assert (dossier.theme.code, dossier.partenaire.nom, dossier.registre) == ("energie", "EDF", 2)


def test_a_mediateur_withdraws_with_a_reason_and_a_relay(
    page, connecte, distribution, dossier, verifier_acces, erreurs_de_page
):
    connecte(distribution.proprietaire)
    page.goto(reverse("dossier", args=[dossier.reference]))
    page.get_by_text("une autre issue…").click()
    page.get_by_role("link", name="Une partie ou le médiateur se retire").click()
    page.get_by_label("Le médiateur", exact=True).check()
    page.get_by_label(re.compile("Pourquoi")).fill("Je connais la famille")
    with page.expect_response(lambda r: r.status == 422):
        page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_label(re.compile("Pourquoi"))).to_have_value("Je connais la famille")
    verifier_acces(page)
    page.get_by_label(re.compile("Relais proposé")).fill("Mme Tissot, responsable du point")
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_text("Retrait du médiateur, relais proposé")).to_be_visible()
    assert Evenement.objects.get(vers="retrait").relais_propose
    erreurs_de_page.clear()  # the browser notes the answer 422


def test_the_second_of_two_people_sees_both_texts_and_chooses(
    page, connecte, distribution, dossier, verifier_acces, erreurs_de_page
):
    connecte(distribution.proprietaire)
    page.goto(reverse("dossier_modifier", args=[dossier.reference]))
    page.get_by_label("De quoi s’agit-il").fill("Bruit le matin")
    nouvelles = valeurs(dossier) | {"objet": "Bruit du chantier"}
    modifier(distribution.collegue, dossier, nouvelles, version=1)
    with page.expect_response(lambda r: r.status == 409):
        page.get_by_role("button", name="Enregistrer").click()
    erreurs_de_page.clear()  # the browser notes the answer 409
    expect(page.get_by_role("cell", name="Bruit du chantier")).to_be_visible()
    expect(page.get_by_label("De quoi s’agit-il")).to_have_value("Bruit le matin")
    verifier_acces(page)
    page.get_by_role("button", name="Garder ma saisie").click()
    expect(page.get_by_role("heading", name="Bruit le matin")).to_be_visible()


def test_a_case_is_handed_over_by_keyboard_alone(page, connecte, distribution, dossier):
    connecte(distribution.proprietaire)
    page.goto(reverse("dossier", args=[dossier.reference]))
    page.get_by_role("link", name="Passer la main").focus()
    page.keyboard.press("Enter")
    page.get_by_label("À qui").focus()
    page.keyboard.type("Karim")
    page.keyboard.press("Tab")
    page.keyboard.type("Congé")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Le dossier est confié à Karim Petit.")).to_be_visible()
    dossier.refresh_from_db()
    assert dossier.mediateur == distribution.collegue


@pytest.mark.parametrize("ecran", [ECRANS["telephone"]], ids=["telephone"])
@pytest.mark.parametrize("sombre", [False, True], ids=["clair", "sombre"])
def test_a_full_case_and_the_list_fit_a_phone(page, connecte, distribution, verifier_acces, ecran, sombre):
    plein = un_dossier_plein(distribution.proprietaire, distribution.point)
    page.emulate_media(color_scheme="dark" if sombre else "light")
    connecte(distribution.proprietaire)
    for url in (reverse("dossiers"), reverse("dossier", args=[plein.reference])):
        page.goto(url)
        verifier_acces(page)
        assert not _deborde(page), url


def test_a_case_opens_and_moves_without_script(ouvrir_contexte, live_server, distribution):
    contexte = ouvrir_contexte(java_script_enabled=False)
    connecter(contexte, live_server.url, distribution.proprietaire)
    page = contexte.new_page()
    page.goto(reverse("dossier_nouveau"))
    page.get_by_role("radio", name="Non").check(force=True)
    page.get_by_label("De quoi s’agit-il").fill("Impayé d’eau")
    page.get_by_label("Registre d’intervention").select_option("3")
    page.get_by_label("Thème").select_option(label="Logement")
    page.get_by_role("button", name="Ouvrir le dossier").click()
    page.get_by_role("button", name="Commencer la prise de contact").click()
    expect(page.get_by_text("Le dossier est maintenant")).to_be_visible()
    assert Dossier.objects.get().etat == "prise_de_contact"
