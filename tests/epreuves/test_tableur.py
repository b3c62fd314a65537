"""Our spreadsheets, opened by LibreOffice: the totals that it reads are those of the pages."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest

from accueil.agregats import rattraper
from accueil.indicateurs import totaliser
from accueil.models import PointAccueil
from pimms.pilotage.partenaires import MASQUE
from qualite.evaluation import evaluer
from tests.exports import telecharge, un_produit
from tests.fabrique import un_partenaire, un_theme, une_visite
from tests.filtres import filtre_de
from tests.mediation.fabrique import un_dossier
from tests.qualite.fabrique_ecoute import des_avis, un_questionnaire

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
    """Some weeks of visits of two requests, a case, answers, and a name that looks like a formula."""
    caf = un_partenaire("CAF")
    caf.nom = "=CAF+1"
    caf.save()
    for il_y_a in range(40):
        demandes = [{"partenaire": caf}, {"theme": un_theme("justice"), "issue": "oriente"}]
        une_visite(
            distribution.point, distribution.proprietaire, il_y_a=il_y_a, personnes=2, demandes=demandes
        )
    un_dossier(distribution.proprietaire, distribution.point)
    questionnaire = un_questionnaire(distribution.point)
    des_avis(questionnaire, 30)
    des_avis(questionnaire, 2, visage=1)
    rattraper()
    return distribution


def _nombre(valeur: str) -> float:
    """A cell as LibreOffice shows it: « 34 % », « 1.5 »."""
    return float(valeur.removesuffix(" %").replace(",", "."))


def _valeurs(lues: list[list[str]], rubrique: str) -> dict[tuple[str, str], float]:
    """Each line of a heading with its unit."""
    siennes = [x for x in lues if x[0] == rubrique and x[2]]
    trouvees = {(nom, unite): _nombre(valeur) for _, nom, unite, valeur, *_ in siennes}
    assert trouvees, rubrique
    return trouvees


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
    tableau = client.get(page).context["tableau"]
    for rubrique, attendu in (
        ("Thèmes des demandes", 80),
        ("Partenaires concernés", 40),
        ("Résultats", 80),
        ("Canaux", 40),
        ("Type d’aide", 80),
        (tableau.courbe.titre, 40),
        (tableau.chaleur.titre, 40),
    ):
        assert sum(_valeurs(lues, rubrique).values()) == attendu, rubrique
    parts = [_nombre(x[4]) for x in lues if x[0] == "Thèmes des demandes"]
    assert sum(parts) == 100
    assert "=CAF+1" in [nom for _, nom, *_ in lues]


@pytest.mark.parametrize("page", ["/tableau-de-bord/", "/reseau/"])
def test_a_dashboard_s_workbook_has_what_no_visit_tells(rempli, calc, page):
    evaluer()
    client = rempli.client("direction")
    lu = client.get(page).context
    lues = [x for x in calc(client.get(f"{page}chiffres.xlsx").content) if len(x) >= 4]
    mediations, dossiers = _valeurs(lues, "Médiations"), lu["dossiers"]
    assert mediations["En cours", "dossiers"] == dossiers.actifs == 1
    assert mediations["Ouverts pendant la période", "dossiers"] == dossiers.ouverts == 1
    assert sum(n for (nom, _), n in mediations.items() if nom.startswith("En cours, ")) == dossiers.actifs
    avis = _valeurs(lues, "Satisfaction")
    assert avis.pop(("Réponses", "réponses")) == sum(avis.values()) == lu["avis"].nombre == 32
    registres = _valeurs(lues, "Registres d’intervention")
    interventions = [n for (_, unite), n in registres.items() if unite == "interventions"]
    tuiles, conformite = lu.get("tuiles"), lu.get("conformite")
    attendues = [t.nombre for t in tuiles] if tuiles else [r.interventions for r in conformite.registres]
    assert interventions == attendues


def test_the_network_s_workbook_has_each_point_s_figures(rempli, calc):
    client = rempli.client("union")
    lignes = client.get("/reseau/").context["points"].lignes
    lues = [x for x in calc(client.get("/reseau/chiffres.xlsx").content) if len(x) >= 4]
    assert len(lignes) == PointAccueil.objects.count()
    for ligne in lignes:
        siennes = _valeurs(lues, f"{ligne.point.nom} ({ligne.point.code})")
        assert siennes["Visites", "visites"] == ligne.sommes.visites
        assert siennes["Demandes", "demandes"] == ligne.sommes.demandes
        assert siennes["Temps d’accueil", "minutes"] == ligne.sommes.minutes


def test_a_partner_s_workbook_has_the_page_s_totals(rempli, calc):
    client, url = rempli.client("direction"), f"partenaire={un_partenaire('=CAF+1').pk}"
    compte = client.get(f"/partenaires/?{url}").context["compte"]
    lues = calc(client.get(f"/partenaires/compte.xlsx?{url}").content)
    lus = {x[1]: int(x[3]) for x in lues if x[0] == "Chiffres de la période"}
    assert lus == {x["nom"]: x["valeur"] for x in compte["chiffres"]}
    assert lus["Demandes"] == 40
    for rubrique in ("Par thème", "Par issue", "Par canal"):
        assert sum(_valeurs(lues, rubrique).values()) == 40, rubrique
    mois = [(x[1], x[3]) for x in lues if x[0] == "Demandes par mois"]
    assert mois == [
        (f"{m['mois']:%d/%m/%Y}", MASQUE if m["demandes"] is None else str(m["demandes"]))
        for m in compte["mois"]
    ]


def test_the_list_of_partners_has_the_page_s_numbers(rempli, calc):
    client = rempli.client("direction")
    attendus = {(p.nom, "demandes"): n for p, n, _ in client.get("/partenaires/").context["lignes"]}
    lues = calc(client.get("/partenaires/compte.xlsx").content)
    assert _valeurs(lues, "Demandes par partenaire") == attendus == {("=CAF+1", "demandes"): 40}


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
