"""Paths and sessions in a real browser: a declared training confirmed, a meeting noted by keyboard."""

import pytest
from django.urls import reverse

from qualite.models import FormationSuivie, PresenceSeance, SeanceCollective
from tests.chromium import ECRANS

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("ecran", [ECRANS["telephone"]], ids=["telephone"])
def test_a_mediateur_declares_a_training_and_the_manager_confirms_it(page, connecte, distribution):
    connecte(distribution.proprietaire)
    page.goto(reverse("mon_parcours"))
    page.get_by_role("link", name="Déclarer une formation").click()
    page.get_by_label("Titre").fill("Écrire clair")
    page.get_by_label("Premier jour").fill(distribution.point.aujourdhui().isoformat())
    page.get_by_label("Durée, en heures").fill("3.5")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("À confirmer").wait_for()
    connecte(distribution.responsable)
    page.goto(reverse("parcours_equipe"))
    page.get_by_role("link", name="Sonia Benali").click()
    page.get_by_role("button", name="Confirmer").click()
    page.get_by_text("La formation est confirmée").wait_for()
    assert FormationSuivie.objects.get().confirmee_par == distribution.responsable


def test_a_manager_notes_a_meeting_by_keyboard_less_one(page, connecte, distribution):
    connecte(distribution.responsable)
    page.goto(reverse("seance_nouvelle"))
    page.get_by_label("Karim Petit").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_text("La séance est enregistrée").wait_for()
    assert SeanceCollective.objects.get().nature == "reunion"
    assert set(PresenceSeance.objects.values_list("personne__prenom", flat=True)) == {"Sonia", "Léa"}


def test_an_analysis_asks_who_leads_it_beside_the_field(
    page, connecte, distribution, verifier_acces, erreurs_de_page
):
    connecte(distribution.responsable)
    page.goto(reverse("seance_nouvelle"))
    page.get_by_role("radio", name="Analyse de la pratique").check()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Dites qui l’anime").wait_for()
    erreurs_de_page.clear()  # the refusal
    verifier_acces(page)
    page.get_by_label("Qui l’anime, hors hiérarchie").fill("Psychologue du travail")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("La séance est enregistrée").wait_for()
    assert SeanceCollective.objects.get().animateur == "Psychologue du travail"
