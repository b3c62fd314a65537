"""Our spreadsheets, opened by LibreOffice: the totals that it reads are those of the pages."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest

from accueil.agregats import rattraper
from accueil.indicateurs import totaliser
from tests.exports import telecharge, un_produit
from tests.fabrique import un_partenaire, un_theme, une_visite
from tests.filtres import filtre_de

pytestmark = [pytest.mark.epreuve, pytest.mark.django_db(transaction=True)]
CSV_DE_CALC = "csv:Text - txt - csv (StarCalc):59,34,76"  # semicolons, double quotes, UTF-8
DELAI = 180  # seconds, the first start included


@pytest.fixture
def calc(tmp_path: Path):
    """Reads a workbook as LibreOffice does: its rows, as texts."""
    soffice = shutil.which("soffice")
    assert soffice, "sh pimms/outils/paquets-systeme.sh epreuves"

    def lire(octets: bytes) -> list[list[str]]:
        (tmp_path / "lu.xlsx").write_bytes(octets)
        profil = f"-env:UserInstallation=file://{tmp_path}/profil"
        ordre = [soffice, profil, "--headless", "--convert-to", CSV_DE_CALC, "--outdir", str(tmp_path)]
        subprocess.run([*ordre, str(tmp_path / "lu.xlsx")], check=True, capture_output=True, timeout=DELAI)
        return list(csv.reader(io.StringIO((tmp_path / "lu.csv").read_text("utf-8")), delimiter=";"))

    return lire


@pytest.fixture
def rempli(distribution):
    """Some weeks of visits, of several requests each, and a name that looks like a formula."""
    caf = un_partenaire("CAF")
    caf.nom = "=CAF+1"
    caf.save()
    for il_y_a in range(40):
        demandes = [{"partenaire": caf}, {"theme": un_theme("justice"), "issue": "oriente"}]
        une_visite(
            distribution.point, distribution.proprietaire, il_y_a=il_y_a, personnes=2, demandes=demandes
        )
    rattraper()
    return distribution


@pytest.mark.parametrize("page", ["/tableau-de-bord/", "/reseau/"])
def test_a_dashboard_s_workbook_has_the_page_s_totals(rempli, calc, page):
    client = rempli.client("direction")
    total = client.get(page).context["tableau"].total
    lues = [x for x in calc(client.get(f"{page}chiffres.xlsx").content) if len(x) >= 4]
    chiffres = {
        nom: int(valeur) for rubrique, nom, _, valeur, *_ in lues if rubrique == "Chiffres de la période"
    }
    assert chiffres["Visites"] == total.visites == 40
    assert chiffres["Demandes"] == total.demandes == 80
    assert (chiffres["Passages"], chiffres["Temps d’accueil"]) == (total.passages, total.minutes)
    for rubrique, attendu in (
        ("Thèmes des demandes", 80),
        ("Visites par mois", 40),
        ("Visites par semaine", 40),
    ):
        valeurs = [int(valeur) for r, _, _, valeur, *_ in lues if r == rubrique]
        assert sum(valeurs) in (attendu, 0)
        assert valeurs or rubrique.startswith("Visites par")
    assert "=CAF+1" in [nom for _, nom, *_ in lues]


def test_a_partner_s_workbook_has_the_page_s_totals(rempli, calc):
    client, url = rempli.client("direction"), f"partenaire={un_partenaire('=CAF+1').pk}"
    chiffres = client.get(f"/partenaires/?{url}").context["compte"]["chiffres"]
    lues = calc(client.get(f"/partenaires/compte.xlsx?{url}").content)
    lus = {x[1]: int(x[3]) for x in lues if x[0] == "Chiffres de la période"}
    assert lus == {x["nom"]: x["valeur"] for x in chiffres}
    assert lus["Demandes"] == 40


def test_an_export_of_the_journal_has_its_totals(rempli, calc):
    export = un_produit(rempli, format="xlsx", url="periode=12_mois")
    lues = calc(telecharge(rempli, export))
    (tete,) = [n for n, ligne in enumerate(lues) if ligne[0] == "visite"]
    rangs = {nom: n for n, nom in enumerate(lues[tete])}
    lignes = [ligne for ligne in lues[tete + 1 :] if ligne[0]]
    totaux = totaliser(filtre_de(rempli.proprietaire, "periode=12_mois"))
    premieres = [ligne for ligne in lignes if ligne[rangs["1re ligne de la visite"]] == "1"]
    assert (len(lignes), len(premieres)) == (totaux.demandes, totaux.visites) == (80, 40)
    assert sum(int(ligne[rangs["passages"]]) for ligne in premieres) == totaux.passages
