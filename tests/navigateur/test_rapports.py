"""A campaign's signed reports in a real browser: asked for, read by its auditor, checked by anybody.

Their files are made up: making true ones takes seconds, and other tests look at those.
"""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accueil.models import Utilisateur
from qualite.models import Campagne, Rapport
from tests.chromium import connecter
from tests.fabrique import une_personne
from tests.qualite.fabrique_campagnes import amener, pas, un_auditeur, une_campagne
from tests.qualite.fabrique_rapports import rendre_pret

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chez(ouvrir_contexte, live_server):
    """`chez(person)`: a page of their own, logged in; nobody's for None."""

    def ouvrir(personne: Utilisateur | None) -> Page:
        contexte = ouvrir_contexte()
        if personne:
            connecter(contexte, live_server.url, personne)
        return contexte.new_page()

    return ouvrir


def _demander(page: Page, campagne: Campagne, point) -> Rapport:
    """The union asks for all files of the campaign in one click; the point's is then made up."""
    page.goto(reverse("campagne", args=[campagne.pk]))
    page.get_by_role("link", name="évaluation au").click()
    page.get_by_role("button", name="Demander tous les dossiers").click()
    expect(page.get_by_text("dossiers sont demandés")).to_be_visible()
    rapport = Rapport.objects.filter(point=point).latest("pk")
    Rapport.objects.filter(pk=rapport.pk).update(definitif=rapport.evaluation.definitive)
    return rendre_pret(rapport)


def _telecharger(page: Page, rapport: Rapport, dossier: Path) -> Path:
    """The auditor, from « Mes audits » to the signed file."""
    page.goto(reverse("mes_audits"))
    page.get_by_role("link", name="Audit blanc d’automne").click()
    page.get_by_role("link", name="Les rapports signés").click()
    with page.expect_download() as attendu:
        page.get_by_role("link", name=rapport.reference).click()
    chemin = dossier / f"{rapport.reference}.pdf"
    attendu.value.save_as(chemin)
    return chemin


def _verifier(page: Page, fichier: Path, attendu: str) -> None:
    page.goto(reverse("verifier"))
    page.get_by_label("Rapport en PDF").set_input_files(fichier)
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text(attendu)).to_be_visible()


def test_a_report_is_asked_for_read_by_the_auditor_and_checked_by_anybody(
    chez, distribution, tmp_path, verifier_acces
):
    campagne = amener(une_campagne(distribution.union), "audit", distribution.union, [distribution.point])
    un_auditeur(campagne, nina := une_personne("Nina", "Roche"), point=distribution.point)
    union, auditeur, public = chez(distribution.union), chez(nina), chez(None)

    projet = _demander(union, campagne, distribution.point)
    authentique = _telecharger(auditeur, projet, tmp_path)
    verifier_acces(auditeur)
    expect(auditeur.get_by_text("la campagne n’était pas close")).to_be_visible()

    _verifier(public, authentique, "Ce fichier est authentique.")
    expect(public.get_by_text("c’est un projet")).to_be_visible()
    altere = tmp_path / "altere.pdf"
    octets = bytearray(authentique.read_bytes())
    octets[12] ^= 1
    altere.write_bytes(octets)
    _verifier(public, altere, "Ce fichier a été modifié.")
    verifier_acces(public)

    for etat in ("reponse", "decision", "close"):
        campagne = pas(campagne, etat, distribution.union)
    final = _demander(union, campagne, distribution.point)
    assert not final.projet
    _verifier(public, authentique, "Un rapport plus récent l’a remplacé.")
    _verifier(public, _telecharger(auditeur, final, tmp_path), "Ce fichier est authentique.")
    expect(public.get_by_text("c’est un projet")).to_have_count(0)
