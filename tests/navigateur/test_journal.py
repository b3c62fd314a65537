"""The journal in a real browser: filter, totals, export and download, with and without JavaScript."""

from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accueil.models import Export, Visite
from tests.chromium import ECRANS, connecter
from tests.fabrique import un_partenaire, un_theme, une_visite
from tests.ouvrier import attendre

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visites(distribution) -> list[Visite]:
    point, auteur = distribution.point, distribution.proprietaire
    return [
        une_visite(point, auteur, demandes=[{"partenaire": un_partenaire("EDF")}, {"issue": "a_suivre"}]),
        une_visite(point, auteur, demandes=[{"theme": un_theme("justice")}], il_y_a=2, retard=2, heure=None),
        une_visite(point, auteur, annulee_le=timezone.now() + timedelta(minutes=1)),
    ]


@pytest.fixture
def journal(page, connecte, distribution, visites):
    """The manager's journal, open."""
    connecte(distribution.responsable)
    page.goto("/accueil/journal/")
    return page


def test_totals_come_by_themselves_after_the_list(journal):
    expect(journal.locator("#totaux")).to_contain_text("demandes")
    expect(journal.locator(".journal-visite")).to_have_count(2)


def test_filtering_by_keyboard_keeps_the_filter_in_the_address(journal):
    journal.locator("#filtres > summary").focus()
    journal.keyboard.press("Enter")
    journal.get_by_label("Thème").focus()
    journal.keyboard.type("Justice")
    journal.keyboard.press("Tab")
    journal.get_by_role("button", name="Filtrer").press("Enter")
    expect(journal.locator(".journal-visite")).to_have_count(1)
    assert "theme=justice" in journal.url


def test_a_filter_is_taken_away_by_its_chip(journal):
    journal.goto("/accueil/journal/?theme=justice")
    journal.get_by_role("link", name="Thème").click()
    expect(journal.locator(".journal-visite")).to_have_count(2)


def test_cancelling_from_the_journal_strikes_the_visit(journal, visites):
    journal.locator(f"#visite-{visites[0].pk}").get_by_role("button", name="annuler").click()
    expect(journal.locator(".journal-visite")).to_have_count(1)
    journal.goto("/accueil/journal/?annulees=1")
    expect(journal.locator(f"#visite-{visites[0].pk}")).to_contain_text("Annulée")


def test_the_export_is_followed_then_downloaded_and_holds_the_filter(ouvrier, journal, tmp_path):
    journal.goto("/accueil/journal/?theme=justice")
    journal.get_by_text("Exporter").click()
    journal.get_by_role("button", name="Excel").click()
    lien = journal.get_by_role("link", name="Télécharger le fichier")
    expect(lien).to_be_visible(timeout=20_000)
    with journal.expect_download() as telechargement:
        lien.click()
    telechargement.value.save_as(tmp_path / "export.xlsx")
    feuille = openpyxl.load_workbook(tmp_path / "export.xlsx").active
    assert telechargement.value.suggested_filename.startswith("journal-LYO-GER-")
    assert [c.value for c in feuille[feuille.max_row]][16] == "Justice"


def test_without_javascript_totals_and_export_are_links(
    ouvrier, ouvrir_contexte, live_server, distribution, visites
):
    contexte = ouvrir_contexte(java_script_enabled=False)
    connecter(contexte, live_server.url, distribution.proprietaire)
    page = contexte.new_page()
    page.goto("/accueil/journal/")
    page.get_by_role("link", name="Afficher les totaux").click()
    expect(page.locator("#totaux")).to_contain_text("Ce qui est compté")
    page.goto("/accueil/journal/")
    page.get_by_text("Exporter").click()
    page.get_by_role("button", name="CSV").click()
    page.wait_for_url("**/accueil/exports/**")
    attendre(lambda: Export.objects.get().fini, 20)
    page.reload()
    expect(page.get_by_role("link", name="Télécharger le fichier")).to_be_visible()


@pytest.mark.parametrize(
    "adresse",
    [
        "/accueil/journal/?annulees=1",
        "/accueil/journal/?theme=x&du=2026-03-31&au=2026-03-01",
        "/accueil/journal/?registre=7",
        "/accueil/journal/totaux/",
        "/accueil/exports/",
    ],
)
def test_pages_pass_axe_and_fit_the_screen(journal, verifier_acces, adresse):
    journal.goto(adresse)
    journal.wait_for_load_state("networkidle")
    for ecran in (ECRANS["bureau"], ECRANS["telephone"]):
        journal.set_viewport_size(ecran)
        verifier_acces(journal)
        assert journal.evaluate("document.documentElement.scrollWidth") <= ecran["width"]


@pytest.mark.parametrize("ecran", [ECRANS["bureau"], ECRANS["telephone"]], ids=["bureau", "telephone"])
def test_open_panels_pass_axe(journal, verifier_acces):
    journal.locator("#filtres > summary").click()
    journal.get_by_text("Ce qui est compté").click()
    verifier_acces(journal)
    journal.get_by_text("Exporter").click()
    verifier_acces(journal)


def test_each_state_of_an_export_passes_axe(ouvrier, journal, verifier_acces):
    journal.get_by_text("Exporter").click()
    journal.get_by_role("button", name="CSV").click()
    expect(journal.get_by_role("link", name="Télécharger le fichier")).to_be_visible(timeout=20_000)
    verifier_acces(journal)
    journal.goto("/accueil/exports/")
    verifier_acces(journal)
