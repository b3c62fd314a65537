"""A campaign in a real browser: from its sample to its closing, by the union, a manager and an auditor."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accueil.models import Utilisateur
from qualite.evaluation import evaluer
from qualite.models import Campagne, ReponseConstat
from tests.chromium import ECRANS, connecter
from tests.fabrique import un_acces, une_personne, une_visite
from tests.qualite.fabrique import une_preuve

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chez(ouvrir_contexte, live_server):
    """`chez(person)`: a page of their own, logged in; the same one each time."""
    pages: dict[int, Page] = {}

    def ouvrir(personne: Utilisateur) -> Page:
        if personne.pk not in pages:
            contexte = ouvrir_contexte()
            connecter(contexte, live_server.url, personne)
            pages[personne.pk] = contexte.new_page()
        return pages[personne.pk]

    return ouvrir


@pytest.fixture
def reseau(distribution):
    """Findings and a proof at the cast's point, and somebody else of the union."""
    for n in range(4):
        une_visite(distribution.point, distribution.proprietaire, il_y_a=n, demandes=[{"registre": 3}])
    une_preuve(distribution.responsable, point=distribution.point)
    evaluer()
    autre = une_personne("Nora", "Lemoine")
    un_acces(autre, "union")
    return autre


def _preparer(page: Page, distribution) -> None:
    """The union opens a campaign, draws its sample and asks the points."""
    page.goto(reverse("campagnes"))
    expect(page.get_by_role("heading", name="Le cycle de certification")).to_be_visible()
    page.get_by_role("link", name="Ouvrir une campagne").first.click()
    page.get_by_label("Intitulé").fill("Audit blanc d’automne")
    page.get_by_label("Sorte").select_option(label="Audit blanc")
    jour = distribution.point.aujourdhui().isoformat()
    page.get_by_label("Premier jour de l’audit").fill(jour)
    page.get_by_label("Dernier jour de l’audit").fill(jour)
    page.get_by_role("button", name="Ouvrir la campagne").click()
    page.get_by_role("link", name="Tirer l’échantillon").click()
    page.get_by_label("Graine publiée").fill("Loto du 25 novembre 2026 : 3 12 23 34 45")
    page.get_by_role("button", name="Tirer l’échantillon").click()
    expect(page.get_by_text("rejoué à l’identique")).to_be_visible()
    page.get_by_role("link", name="Audit blanc d’automne").click()
    page.get_by_role("link", name="Ajouter au plan").click()
    page.get_by_label("Ce qui est regardé").fill("L’accueil, les preuves affichées")
    page.get_by_label("Entretiens").fill("responsable, médiateur")
    page.get_by_role("button", name="Ajouter au plan").click()
    _avancer(page, "Lancer l’auto-évaluation")


def _avancer(page: Page, libelle: str) -> None:
    page.get_by_role("link", name=libelle).click()
    page.get_by_role("button", name=libelle).click()
    expect(page.get_by_text("La campagne en est à")).to_be_visible()


def _inviter(page: Page, campagne: Campagne, auditeur: Utilisateur) -> None:
    page.goto(reverse("campagne", args=[campagne.pk]))
    page.get_by_role("link", name="Inviter un auditeur").click()
    page.get_by_label("Adresse électronique").fill(auditeur.email)
    page.get_by_label("Prénom").fill(auditeur.prenom)
    page.locator("#id_nom").fill(auditeur.nom)
    page.get_by_role("button", name="Inviter").click()
    expect(page.get_by_text("L’invitation est partie.")).to_be_visible()


def _auditer(page: Page, campagne: Campagne, point) -> None:
    """The auditor reads the file, a proof and entries, then writes a finding and an interview."""
    page.goto("/")
    page.get_by_role("link", name=campagne.titre).click()
    page.get_by_role("link", name="Le tirage de ces sites, expliqué").click()
    expect(page.get_by_text("rejoué à l’identique")).to_be_visible()
    page.get_by_role("link", name="Dossier d’audit").click()
    page.get_by_role("link", name=point.nom).first.click()
    page.get_by_role("link", name="Preuve").first.click()
    expect(page.get_by_text("Votre lecture est notée au journal.")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Des saisies au hasard derrière CAD-2").click()
    expect(page.get_by_text("Ni nom, ni texte libre.")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Constater sur CAD-4").click()
    expect(page.get_by_label("Exigence")).to_have_value("CAD-4")
    page.get_by_label("Sorte de constat").select_option(label="Non-conformité mineure")
    page.get_by_label("Ce que vous constatez").fill("La charte affichée n’est pas celle en vigueur.")
    page.get_by_role("button", name="Enregistrer le constat").click()
    page.get_by_role("link", name="Noter un entretien").click()
    page.get_by_label("Fonction rencontrée").fill("médiateur")
    page.get_by_label("Ce qui a été dit ou vu").fill("Connaît la charte, et sait où elle est.")
    page.get_by_role("button", name="Enregistrer la note").click()
    expect(page.get_by_text("Connaît la charte, et sait où elle est.")).to_be_visible()


@pytest.mark.parametrize("ecran", [ECRANS["bureau"], ECRANS["telephone"]], ids=["bureau", "telephone"])
def test_a_campaign_goes_from_its_sample_to_its_closing(chez, distribution, reseau, ecran, verifier_acces):
    union, responsable = chez(distribution.union), chez(distribution.responsable)
    auditeur = une_personne("Nina", "Roche")
    _preparer(union, distribution)
    campagne = Campagne.objects.get()
    adresse = reverse("campagne", args=[campagne.pk])

    responsable.goto(reverse("campagnes"))
    responsable.get_by_role("link", name="Audit blanc d’automne").click()
    responsable.get_by_role("link", name="Remettre").click()
    responsable.get_by_label("Ce que le point veut dire").fill("Une affiche est commandée.")
    responsable.get_by_role("button", name="Remettre l’auto-évaluation").click()
    expect(responsable.get_by_text("L’auto-évaluation est remise.")).to_be_visible()
    verifier_acces(responsable)

    union.goto(adresse)  # the union hands in for the point whose manager is away
    while (reste := union.get_by_role("link", name="Remettre l’auto-évaluation")).count():
        reste.first.click()
        union.get_by_role("button", name="Remettre l’auto-évaluation").click()
    _avancer(union, "Commencer la revue")
    _avancer(union, "Geler le dossier")
    _inviter(union, campagne, auditeur)
    _avancer(union, "Ouvrir l’audit")
    verifier_acces(union)

    audit = chez(auditeur)
    _auditer(audit, campagne, distribution.point)
    verifier_acces(audit)
    union.goto(adresse)
    _avancer(union, "Demander les réponses")

    responsable.goto(adresse)
    responsable.get_by_role("link", name="Répondre au constat 1").click()
    responsable.get_by_label("Réponse du point").fill("La bonne version est affichée depuis ce matin.")
    responsable.get_by_role("button", name="Enregistrer la réponse").click()
    verifier_acces(responsable)
    assert ReponseConstat.objects.get().par == distribution.responsable

    union.goto(adresse)
    _avancer(union, "Passer à la décision")
    union.get_by_role("link", name="Écrire la décision").click()
    union.get_by_label("Décision").select_option(label="Favorable avec réserves")
    union.get_by_role("button", name="Enregistrer la décision").click()
    union.get_by_role("button", name="Signer la clôture").click()
    expect(union.get_by_text("il manque la signature")).to_be_visible()
    expect(union.get_by_role("button", name="Signer la clôture")).to_have_count(0)
    seconde = chez(reseau)
    seconde.goto(adresse)
    seconde.get_by_role("button", name="Signer la clôture").click()
    expect(seconde.get_by_role("link", name="Rouvrir par une autre")).to_be_visible()
    verifier_acces(seconde)
    campagne.refresh_from_db()
    assert (campagne.etat, campagne.decision) == ("close", "reserves")
