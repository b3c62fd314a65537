"""A session that ends on a shared screen, in a real browser: nothing is lost, nobody logs as another."""

from datetime import time, timedelta

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from accueil.models import PlageHoraire, Visite
from accueil.saisie import DemandeSaisie, VisiteSaisie, enregistrer
from tests.fabrique import LONGTEMPS, MOT_DE_PASSE, un_acces, un_point, un_theme, une_visite

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]

NEUVE = "#fil .fil-entree-neuve"


@pytest.fixture
def bureau(page, connecte, distribution, erreurs_de_page):
    """The desk in the owner's browser; everyone has the same password."""
    for personne in (distribution.proprietaire, distribution.collegue, distribution.etranger):
        personne.set_password(MOT_DE_PASSE)
        personne.save()
    connecte(distribution.proprietaire)
    page.goto("/accueil/saisie/")
    yield page
    erreurs_de_page.clear()  # 401 and 422 are told in the console


def taper(page, *touches):
    for touche in touches:
        page.keyboard.press(touche)


def reprendre(page, personne=None):
    """Answer the dialog: as the person it offers, or as another one."""
    dialogue = page.locator("#dialogue-session")
    expect(dialogue.get_by_label("Mot de passe")).to_be_visible()
    if personne:
        dialogue.get_by_label("Adresse électronique").fill(personne.email)
    dialogue.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    dialogue.get_by_role("button", name="Continuer").click()
    expect(dialogue).to_be_hidden()


def test_the_dialog_offers_the_address_and_waits_for_the_password(bureau, distribution):
    taper(bureau, "1", "r")
    Session.objects.all().delete()
    taper(bureau, "Enter")
    dialogue = bureau.locator("#dialogue-session")
    expect(dialogue.get_by_label("Adresse électronique")).to_have_value(distribution.proprietaire.email)
    expect(dialogue.get_by_label("Mot de passe")).to_be_focused()
    bureau.keyboard.press("Enter")
    expect(dialogue).to_contain_text("Écrivez votre mot de passe.")
    reprendre(bureau)
    expect(bureau.locator(NEUVE)).to_contain_text("Résolu")
    assert Visite.objects.count() == 1


def test_another_person_is_named_in_the_header_and_asked_before_logging(bureau, distribution):
    taper(bureau, "1", "r", "t")
    bureau.keyboard.type("Rappeler jeudi")
    Session.objects.all().delete()
    bureau.locator("#enregistrer").click()
    reprendre(bureau, distribution.collegue)
    expect(bureau.get_by_text("La session est maintenant celle de Karim Petit")).to_be_visible()
    expect(bureau.locator(".compte summary")).to_contain_text("Karim Petit")
    expect(bureau.locator("#note")).to_have_value("Rappeler jeudi")
    assert not Visite.objects.exists()
    bureau.locator("#enregistrer").click()
    expect(bureau.locator(NEUVE)).to_be_visible()
    assert Visite.objects.get().auteur == distribution.collegue


def test_a_visit_that_was_recorded_before_the_session_ended_is_told_to_the_next_person(bureau, distribution):
    taper(bureau, "1", "r")
    cle = bureau.locator("[name=cle]").input_value()
    enregistrer(
        distribution.proprietaire,
        distribution.point,
        VisiteSaisie(
            cle=cle,
            jour=distribution.point.aujourdhui(),
            demandes=[DemandeSaisie(theme=un_theme(), issue="resolu")],
        ),
    )
    Session.objects.all().delete()
    taper(bureau, "Enter")
    reprendre(bureau, distribution.collegue)
    expect(bureau.get_by_text("Sonia Benali a déjà enregistré cette visite")).to_be_visible()
    expect(bureau.locator("#fil li")).to_have_count(1)
    assert Visite.objects.count() == 1


def test_a_person_of_another_point_chooses_where_the_visit_goes(bureau, distribution):
    taper(bureau, "1", "r")
    Session.objects.all().delete()
    taper(bureau, "Enter")
    reprendre(bureau, distribution.etranger)
    expect(bureau.get_by_text("Vous ne pouvez pas saisir pour ce point.")).to_be_visible()
    bureau.locator("#enregistrer").click()
    # The words are there from before: only the state tells that the second answer has come.
    expect(bureau.locator("[data-etat]")).to_have_text("non enregistré")
    expect(bureau.get_by_text("Vous ne pouvez pas saisir pour ce point.")).to_be_visible()
    assert not Visite.objects.exists()
    bureau.get_by_label("Ailleurs").check()
    bureau.locator("#enregistrer").click()
    expect(bureau.locator(NEUVE)).to_be_visible()
    assert Visite.objects.get().point == distribution.ailleurs


def test_what_the_page_asks_by_itself_opens_no_dialog(bureau):
    Session.objects.all().delete()
    # By its status: what the page asked when it opened may still be on its way.
    with bureau.expect_response(lambda r: "/saisie/ouverture/" in r.url and r.status == 401):
        bureau.evaluate("window.htmx.trigger('#mot-ouverture', 'jour')")
    taper(bureau, "1", "r")
    expect(bureau.locator("#dialogue-session")).to_be_hidden()
    taper(bureau, "Enter")
    reprendre(bureau)
    expect(bureau.locator(NEUVE)).to_be_visible()


def test_an_act_of_the_first_person_is_not_done_by_the_second(bureau, distribution):
    une_visite(distribution.point, distribution.proprietaire)
    bureau.reload()
    Session.objects.all().delete()
    bureau.locator("#fil").get_by_role("button", name="annuler").click()
    reprendre(bureau, distribution.collegue)
    expect(bureau.locator("#bandeau-reseau")).to_contain_text("Rien n’est parti")
    assert Visite.objects.get().annulee_le is None


def test_a_lost_token_is_asked_for_in_place_and_the_form_goes(bureau):
    bureau.context.clear_cookies(name="csrftoken")
    taper(bureau, "1", "r", "Enter")
    # The field of the page still holds the old token: only the cookie is gone.
    reprendre(bureau)
    expect(bureau.locator(NEUVE)).to_contain_text("Résolu")
    assert Visite.objects.count() == 1


def test_a_word_beside_the_title_says_that_the_point_was_closed(page, connecte, distribution, monkeypatch):
    monkeypatch.setattr("accueil.horaires.ferie", lambda *_: "")  # whatever today is
    hier = distribution.point.aujourdhui() - timedelta(days=1)
    for jour in {0, 1, 2, 3, 4, 5, 6} - {hier.weekday()}:
        PlageHoraire.objects.create(
            point=distribution.point, jour=jour, ouvre=time(0), ferme=time(23, 59, 59), debut=LONGTEMPS
        )
    connecte(distribution.proprietaire)
    page.goto("/accueil/saisie/")
    taper(page, "j")
    page.locator("#id_jour").fill(hier.isoformat())
    page.locator("#id_jour").blur()
    expect(page.locator("#mot-ouverture")).to_contain_text("Hors des heures d’ouverture")
    taper(page, "1", "r", "Enter")
    expect(page.locator(NEUVE)).to_contain_text("pour le")
    expect(page.locator("#mot-ouverture")).to_be_empty()


def test_the_figures_of_the_day_stay_those_of_the_tabs_point(page, connecte, distribution):
    voisin = un_point(nom="Lyon – Vaise", code="LYO-VAI")
    un_acces(distribution.proprietaire, "mediateur", voisin)
    connecte(distribution.proprietaire)
    page.goto("/accueil/saisie/")
    autre = page.context.new_page()
    autre.goto("/accueil/saisie/")
    autre.locator(".entete summary").first.click()
    autre.get_by_role("button", name="Lyon – Vaise").click()
    expect(autre.locator('input[name="point"]')).to_have_value("LYO-VAI")
    taper(page, "1", "r", "Enter")
    expect(page.locator("#resume .chiffre-valeur").first).to_have_text("1")
