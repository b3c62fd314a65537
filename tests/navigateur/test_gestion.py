"""The management screens in a real browser: by keyboard, without script, for everyone."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accueil.models import Fermeture, Theme, Utilisateur
from pimms.socle.models import Courriel
from tests.chromium import connecter

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


def test_a_refused_form_stays_accessible_and_keeps_what_was_typed(
    page, connecte, distribution, verifier_acces, erreurs_de_page
):
    connecte(distribution.responsable)
    page.goto(reverse("fermeture_nouvelle", args=["LYO-GER"]))
    page.get_by_label("Motif").fill("travaux")
    page.locator("[name=debut]").fill("2026-12-10")
    page.locator("[name=fin]").fill("2026-12-01")
    with page.expect_response(lambda r: r.status == 422):
        page.get_by_role("button", name="Enregistrer la fermeture").click()
    expect(page.get_by_text("La fin précède le début.")).to_be_visible()
    expect(page.get_by_label("Motif")).to_have_value("travaux")
    verifier_acces(page)
    erreurs_de_page.clear()  # the browser notes the answer 422


def test_a_commune_is_offered_while_one_types(page, connecte, distribution):
    connecte(distribution.union)
    page.goto(reverse("association_nouvelle"))
    with page.expect_response(re.compile(r"/accueil/communes/")):
        page.get_by_label("Commune").press_sequentially("villeur")
    expect(page.locator("datalist option").first).to_have_attribute("value", "Villeurbanne (69266)")


def test_themes_are_ordered_by_keyboard_alone(page, connecte, distribution):
    connecte(distribution.union)
    page.goto(reverse("themes"))
    premier = Theme.objects.first()
    bouton = page.get_by_role("button", name=f"Descendre {premier.nom}")
    bouton.focus()
    for _ in range(2):
        expect(bouton).to_be_focused()  # the new page gives it back once drawn, after it has loaded
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert list(Theme.objects.values_list("pk", flat=True)).index(premier.pk) == 2


def test_themes_are_ordered_without_script(ouvrir_contexte, live_server, distribution):
    contexte = ouvrir_contexte(java_script_enabled=False)
    connecter(contexte, live_server.url, distribution.union)
    page = contexte.new_page()
    page.goto(reverse("themes"))
    second = Theme.objects.all()[1]
    page.get_by_role("button", name=f"Monter {second.nom}").click()
    assert Theme.objects.first() == second


def test_an_invited_person_comes_in_by_the_mail_s_link(
    page, connecte, contexte, distribution, verifier_acces
):
    connecte(distribution.responsable)
    page.goto(reverse("equipe"))
    page.get_by_role("link", name="Inviter quelqu’un").first.click()
    page.get_by_label("Prénom").fill("Noé")
    page.locator("[name=nom]").fill("Vidal")
    page.get_by_label("Adresse électronique").fill("noe@exemple.fr")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_text("L’invitation part à noe@exemple.fr")).to_be_visible()
    lien = re.search(r"https?://\S+/accueil/invitation/\S+", Courriel.objects.get().corps)[0]
    contexte.clear_cookies()
    page.goto(lien)
    verifier_acces(page)
    page.get_by_label(re.compile("^Mot de passe")).fill("parapluie-vert-42")
    page.get_by_label("Le même, une seconde fois").fill("parapluie-vert-42")
    page.get_by_role("button", name="Entrer").click()
    page.wait_for_url(re.compile("/accueil/saisie/"))
    assert Utilisateur.objects.get(email="noe@exemple.fr").has_usable_password()


def test_a_list_is_checked_then_added(page, connecte, distribution, verifier_acces):
    connecte(distribution.union)
    page.goto(reverse("personnes_importer"))
    page.get_by_label("Ou la liste collée ici").fill(
        "noe@exemple.fr;Noé;Vidal;LYO-GER\nfaux;Léo;Roux;LYO-GER"
    )
    page.get_by_role("button", name="Contrôler la liste").click()
    expect(page.get_by_text("Adresse électronique à corriger.")).to_be_visible()
    verifier_acces(page)
    page.get_by_role("button", name="Ajouter et inviter").click()
    expect(page.get_by_label("Ou la liste collée ici")).to_have_value("faux;Léo;Roux;LYO-GER\n")
    assert Utilisateur.objects.filter(email="noe@exemple.fr").exists()


def test_deleting_a_closure_asks_first(page, connecte, distribution):
    connecte(distribution.responsable)
    fermeture = Fermeture.objects.create(point=distribution.point, debut="2099-01-01", motif="travaux")
    page.goto(reverse("fermeture", args=["LYO-GER", fermeture.pk]))
    page.get_by_role("button", name="Supprimer").click()
    assert Fermeture.objects.exists()
    page.locator("#dialogue-confirmation").get_by_role("button", name="Supprimer").click()
    page.wait_for_url(re.compile("/accueil/points/LYO-GER/"))
    expect(page.get_by_text("La fermeture est supprimée.")).to_be_visible()
    assert not Fermeture.objects.exists()


def test_the_administration_lives_under_the_policy_of_scripts(page, connecte, distribution):
    connecte(distribution.union)
    for url in ("/administration/", reverse("admin:accueil_theme_change", args=[Theme.objects.first().pk])):
        page.goto(url)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.wait_for_url(re.compile("/administration/accueil/theme/$"))
