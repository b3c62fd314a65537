"""Field work in a real browser, on a phone: a workshop reported, an alert followed to its answer."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from mediation.compte_rendu import participants
from mediation.models import Action, Alerte
from tests.chromium import ECRANS, connecter
from tests.fabrique import un_partenaire
from tests.mediation.fabrique_terrain import une_action, une_alerte, une_transmission

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
TELEPHONE = pytest.mark.parametrize("ecran", [ECRANS["telephone"]])


@TELEPHONE
def test_a_workshop_is_planned_then_reported_in_three_actions(page, connecte, distribution, verifier_acces):
    connecte(distribution.proprietaire)
    page.goto(reverse("actions"))
    page.get_by_role("link", name="Prévoir une action", exact=True).click()
    page.get_by_role("link", name="Atelier").click()
    page.get_by_label("Intitulé").fill("Lire sa facture d’énergie")
    page.get_by_role("button", name="Mettre au calendrier").click()
    expect(page.get_by_text("C’est au calendrier.")).to_be_visible()
    page.goto(reverse("actions"))
    page.get_by_role("link", name="Rapporter Lire sa facture d’énergie").click()
    verifier_acces(page)
    expect(page.get_by_role("spinbutton", name="Participants")).to_be_focused()
    page.keyboard.type("12")
    page.get_by_role("button", name="C’est fait").click()
    expect(page.get_by_text("Le compte rendu est enregistré.")).to_be_visible()
    action = Action.objects.get()
    assert (action.etat, participants(action), action.registre) == ("faite", 12, 8)


@TELEPHONE
def test_participants_are_told_apart_by_age_and_genre(page, connecte, distribution, verifier_acces):
    connecte(distribution.proprietaire)
    action = une_action(distribution.proprietaire, distribution.point)
    page.goto(reverse("action_rapport", args=[action.pk]))
    page.get_by_label("Participants", exact=True).fill("10")
    page.get_by_text("Âges et genres").click()
    page.get_by_label("18–24 ans, Femmes").fill("3")
    verifier_acces(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#contenu").get_by_text("Satisfaction").click()
    page.get_by_label("Très satisfaits").fill("8")
    page.get_by_role("button", name="C’est fait").click()
    expect(page.get_by_role("row", name="18–24 ans femme 3 3")).to_be_visible()
    action.refresh_from_db()
    assert (participants(action), action.satisfaits) == (10, {"tres": 8})


def test_a_refused_report_keeps_what_was_typed_and_stays_accessible(
    page, connecte, distribution, verifier_acces, erreurs_de_page
):
    connecte(distribution.proprietaire)
    action = une_action(distribution.proprietaire, distribution.point)
    page.goto(reverse("action_rapport", args=[action.pk]))
    page.get_by_label("Participants", exact=True).fill("2")
    page.get_by_text("Âges et genres").click()
    page.get_by_label("18–24 ans, Femmes").fill("3")
    with page.expect_response(lambda r: r.status == 422):
        page.get_by_role("button", name="C’est fait").click()
    expect(page.get_by_text("Le détail compte 3 personnes, plus que le total.")).to_be_visible()
    expect(page.get_by_label("18–24 ans, Femmes")).to_have_value("3")
    verifier_acces(page)
    erreurs_de_page.clear()  # the browser notes the answer 422


def test_who_reports_second_sees_what_changed_and_chooses(
    page, connecte, distribution, verifier_acces, erreurs_de_page, ouvrir_contexte, live_server
):
    action = une_action(distribution.proprietaire, distribution.point)
    connecte(distribution.proprietaire)
    page.goto(reverse("action_rapport", args=[action.pk]))
    page.get_by_label("Participants", exact=True).fill("12")
    autre = ouvrir_contexte()
    connecter(autre, live_server.url, distribution.collegue)
    seconde = autre.new_page()
    seconde.goto(reverse("action_rapport", args=[action.pk]))
    seconde.get_by_label("Participants", exact=True).fill("9")
    seconde.get_by_role("button", name="C’est fait").click()
    with page.expect_response(lambda r: r.status == 409):
        page.get_by_role("button", name="C’est fait").click()
    expect(page.get_by_text("Participants : 9")).to_be_visible()
    verifier_acces(page)
    assert participants(action) == 9
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Le compte rendu est enregistré.")).to_be_visible()
    assert participants(action) == 12
    erreurs_de_page.clear()  # the browser notes the answer 409


@TELEPHONE
def test_an_alert_is_passed_on_and_answered(page, connecte, distribution, verifier_acces):
    connecte(distribution.proprietaire)
    page.goto(reverse("veille"))
    page.get_by_role("link", name="Signaler une alerte").click()
    page.get_by_role("radio", name="Panne ou dégradation").check()
    page.get_by_label("Ce qui se passe").fill("Trois lampadaires éteints devant l’école.")
    page.get_by_label("Où").fill("12 rue des Lilas")
    page.get_by_role("button", name="Signaler").click()
    expect(page.get_by_text("L’alerte est enregistrée.")).to_be_visible()
    page.get_by_label("Partenaire").select_option(label="EDF")
    page.get_by_role("button", name="Transmettre").click()
    expect(page.get_by_text("La transmission est notée, avec sa relance.")).to_be_visible()
    verifier_acces(page)
    page.get_by_role("link", name="Noter la réponse d’EDF").click()
    page.get_by_role("radio", name="Résolue").check()
    page.get_by_label("Ce qui a été répondu").fill("Ampoules changées ce matin.")
    page.get_by_role("button", name="Enregistrer la réponse").click()
    expect(page.get_by_text("Ampoules changées ce matin.")).to_be_visible()
    page.get_by_role("button", name="Clore").click()
    expect(page.get_by_text("L’alerte est close.")).to_be_visible()
    assert Alerte.objects.get().transmissions.get().reponse == "resolue"


def test_an_overdue_answer_is_reminded_from_the_board(page, connecte, distribution, verifier_acces):
    moi = distribution.proprietaire
    une_transmission(une_alerte(moi, distribution.point, il_y_a=6), moi, relance_dans=4)
    connecte(moi)
    page.goto(reverse("veille"))
    verifier_acces(page)
    page.get_by_role("region", name="À relancer").get_by_role("button", name="Relancé").click()
    expect(page.get_by_text("La relance d’EDF est notée.")).to_be_visible()
    page.goto(reverse("veille"))
    expect(page.get_by_role("region", name="Transmise")).to_contain_text("EDF")


def test_planning_and_reporting_need_no_script(ouvrir_contexte, live_server, distribution):
    contexte = ouvrir_contexte(java_script_enabled=False)
    connecter(contexte, live_server.url, distribution.proprietaire)
    page = contexte.new_page()
    page.goto(reverse("action_prevoir", args=["permanence"]))
    page.get_by_role("checkbox", name="CAF").check()
    page.get_by_role("button", name="C’est déjà fait").click()
    page.get_by_label("Personnes reçues").fill("7")
    page.get_by_role("button", name="C’est fait").click()
    expect(page.get_by_text("Le compte rendu est enregistré.")).to_be_visible()
    action = Action.objects.get()
    assert (action.passages, list(action.partenaires.all())) == (7, [un_partenaire("CAF")])


def test_the_union_sees_no_word_of_the_team(page, connecte, distribution):
    moi = distribution.proprietaire
    une_action(moi, distribution.point, titre="Chez Madame Dupont", lieu="Rue Dupont")
    alerte = une_alerte(moi, distribution.point, quoi="Madame Dupont a froid", lieu="Rue Dupont")
    connecte(distribution.union)
    for url in (
        reverse("actions"),
        reverse("actions") + "?vue=semaine&point=LYO-GER",
        reverse("action", args=[Action.objects.get().pk]),
        reverse("veille"),
        reverse("alertes"),
        reverse("alerte", args=[alerte.pk]),
    ):
        page.goto(url)
        assert "Dupont" not in page.content(), url
        expect(page.locator("main")).to_contain_text("Lyon – Gerland")
