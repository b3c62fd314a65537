"""Each page that a role can open: nothing for axe-core to say, no overflow on a phone, no console error."""

import pytest
from django.urls import reverse

from tests.chromium import ECRANS
from tests.distribution import ROLES
from tests.fabrique import une_visite
from tests.objets_de_table import arguments
from tests.test_acces import TABLE

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]

# Parts of a page, seen with it.
FRAGMENTS = {"saisie_ouverture", "saisie_resume", "journal_totaux", "communes"}
# Files and papers, not pages.
TELECHARGEMENTS = {
    "archive_fichier",
    "accord_imprimer",
    "attestation",
    "campagne_tirage_fichier",
    "categories_fichier",
    "compte_partenaires_fichier",
    "document",
    "document_rgpd",
    "dossier_fichier",
    "dossier_rapport",
    "evaluation_archive",
    "export_telecharger",
    "mandat_imprimer",
    "partie_accord_imprimer",
    "preuve_fichier",
    "rapport_fichier",
    "reseau_fichier",
    "satisfaction_affiche",
    "tableau_de_bord_fichier",
}


def _pages(role: str) -> list[str]:
    colonne = 3 + ROLES.index(role)  # after the name, the method and the anonymous visitor
    return [
        ligne[0]
        for ligne in TABLE
        if ligne[1] == "GET" and ligne[colonne] == "200" and ligne[0] not in FRAGMENTS | TELECHARGEMENTS
    ]


# Each page of a role is read by axe once, at one of both widths; an overflow is looked for at both.
LUS_AU_BUREAU = {"responsable", "auditeur"}
PARTS = 2  # a test reads one page in two: workers share them


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("role", ["proprietaire", "responsable", "union", "auditeur"])
def test_every_page_of_a_role(page, connecte, distribution, role, part, verifier_acces):
    valeurs = arguments(distribution)
    for issue in ("resolu", "oriente", "hors_champ"):
        une_visite(distribution.point, distribution.proprietaire, demandes=[{"issue": issue}] * 2)
    connecte(getattr(distribution, role))
    # A page is loaded at the width where axe reads it, then its window is drawn to the other one.
    ecrans = [ECRANS["bureau"], ECRANS["telephone"]]
    if role not in LUS_AU_BUREAU:
        ecrans.reverse()
    debordements = []
    for nom in _pages(role)[part::PARTS]:
        page.set_viewport_size(ecrans[0])
        page.goto(reverse(nom, kwargs=valeurs.get(nom, {})))
        verifier_acces(page)
        for ecran in ecrans:
            page.set_viewport_size(ecran)
            largeur = page.evaluate("document.documentElement.scrollWidth")
            if largeur > ecran["width"]:
                debordements.append((nom, largeur))
    assert debordements == []
