"""A partner's figures as a page and a spreadsheet: those of its report, nothing small, no list behind."""

import csv
import io
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accueil.agregats import rattraper
from accueil.filtres import Filtre
from pimms.outils.bench.enonces import TABLEAUX
from pimms.socle.periodes import Periode
from qualite.rapports.compte_rendu import compter
from tests.fabrique import un_acces, un_partenaire, un_point, une_visite

pytestmark = pytest.mark.django_db
URL = "/partenaires/"
ANNEE = "du={0}-01-01&au={0}-12-31"


@pytest.fixture
def caf():
    return un_partenaire("CAF")


@pytest.fixture
def rempli(distribution, caf):
    """Fourteen requests to CAF last year at the cast's point, three elsewhere, and some to EDF."""
    for point, auteur, nombre in (
        (distribution.point, distribution.proprietaire, 14),
        (distribution.ailleurs, distribution.etranger, 3),
    ):
        jour = point.aujourdhui().replace(year=point.aujourdhui().year - 1, month=3, day=2)
        for n in range(nombre):
            demandes = [{"partenaire": caf, "issue": "oriente" if n < 2 else "resolu"}]
            une_visite(point, auteur, jour=jour, heure=None, demandes=demandes, tranche_age="25-39")
        une_visite(point, auteur, jour=jour, heure=None, demandes=[{"partenaire": un_partenaire()}])
    rattraper()
    return distribution


def _lu(distribution, role: str, url: str):
    return distribution.client(role).get(f"{URL}?{url}").context


def _annee(distribution) -> str:
    return ANNEE.format(distribution.point.aujourdhui().year - 1)


def test_the_page_has_the_numbers_of_the_signed_report(rempli, caf):
    lu = _lu(rempli, "responsable", f"{_annee(rempli)}&partenaire={caf.pk}")
    an = rempli.point.aujourdhui().year - 1
    du_rapport = compter(
        Filtre(
            Periode(lu["filtre"].periode.du, lu["filtre"].periode.au),
            frozenset({rempli.point.pk}),
            partenaire=caf,
        ),
        ("point", rempli.point.pk),
    )
    assert lu["compte"]["chiffres"] == du_rapport["chiffres"]
    assert lu["compte"]["tables"] == du_rapport["tables"]
    assert lu["compte"]["chiffres"][0]["valeur"] == 14
    assert {m["mois"].year for m in lu["compte"]["mois"]} == {an}


def test_nothing_small_is_shown_and_no_list_stands_behind(rempli, caf):
    page = rempli.client("union").get(f"{URL}?{_annee(rempli)}&partenaire={caf.pk}")
    issues = next(t for t in page.context["compte"]["tables"] if t["code"] == "issues")
    assert {x["nom"]: x["nombre"] for x in issues["lignes"] if x["nom"] in ("Résolu", "Orienté")} == {
        "Résolu": None,
        "Orienté": None,
    }
    contenu = page.content.decode()
    assert "/accueil/journal/?" not in contenu
    assert "masqué" in contenu


def test_ages_are_told_over_a_calendar_year_of_a_report_s_subject_alone(rempli, caf):
    un_acces(rempli.responsable, "mediateur", un_point(rempli.point.association, code="LYO-VAI", nom="Vaise"))
    codes = {}
    for url in ("point=LYO-GER", "points=LYO-GER.LYO-VAI", "departement=69"):
        lu = _lu(rempli, "responsable", f"{_annee(rempli)}&partenaire={caf.pk}&{url}")
        codes[url] = "ages" in [t["code"] for t in lu["compte"]["tables"]]
    assert codes == {"point=LYO-GER": True, "points=LYO-GER.LYO-VAI": False, "departement=69": False}
    lu = _lu(rempli, "union", f"partenaire={caf.pk}")  # twelve months, which are no calendar year
    assert "ages" not in [t["code"] for t in lu["compte"]["tables"]]


def test_the_signed_pdf_is_asked_for_with_the_same_choices(rempli, caf):
    client, url = rempli.client("responsable"), f"{_annee(rempli)}&partenaire={caf.pk}"
    lien = client.get(f"{URL}?{url}").context["rapport"]
    form = client.get(lien).context["form"]
    assert form["sujet"].value() == "point-LYO-GER"
    assert str(form["partenaire"].value()) == str(caf.pk)
    assert form["du"].value() in unquote(lien)
    un_point(rempli.point.association, code="LYO-VAI", nom="Vaise")
    assert "association-" in _lu(rempli, "direction", url)["rapport"]


def test_some_points_are_the_subject_of_a_report_for_who_answers_for_each(rempli, caf):
    un_point(rempli.point.association, code="LYO-VAI", nom="Vaise")
    un_point(rempli.point.association, code="LYO-CRO", nom="Croix-Rousse")
    url = f"{_annee(rempli)}&partenaire={caf.pk}&points=LYO-VAI.LYO-GER"
    lien = _lu(rempli, "direction", url)["rapport"]
    form = rempli.client("direction").get(lien).context["form"]
    assert dict(form.fields["sujet"].choices)["points-LYO-GER.LYO-VAI"] == f"{rempli.point.nom}, Vaise"
    autres = lien.replace("LYO-VAI", rempli.ailleurs.code)
    form = rempli.client("direction").get(autres).context["form"]
    assert not [cle for cle, _ in form.fields["sujet"].choices if cle.startswith("points-")]
    assert "point-LYO-GER" in _lu(rempli, "responsable", f"{_annee(rempli)}&partenaire={caf.pk}")["rapport"]


def test_the_spreadsheet_says_the_same_with_who_when_and_what(rempli, caf):
    url = f"{_annee(rempli)}&partenaire={caf.pk}"
    reponse = rempli.client("responsable").get(f"{URL}compte.csv?{url}")
    lues = list(csv.reader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    entete = dict(ligne for ligne in lues if len(ligne) == 2)
    assert {"Demandé par", "Fait le", "Partenaire", "Points", "Période"} <= entete.keys()
    valeurs = {(r, nom): v for r, nom, _, v, _ in (x for x in lues if len(x) == 5)}
    assert valeurs["Chiffres de la période", "Demandes"] == "14"
    assert valeurs["Par issue", "Orienté"] == "masqué"
    assert rempli.client("responsable").get(f"{URL}compte.pdf?{url}").status_code == 404


def test_the_list_names_each_partner_that_was_asked_for_and_masks_as_its_account_does(rempli):
    lignes = _lu(rempli, "responsable", _annee(rempli))["lignes"]
    assert [(p.nom, n) for p, n, _ in lignes] == [("CAF", 14), ("EDF", None)]
    edf = _lu(rempli, "responsable", lignes[1][2])
    assert edf["compte"]["chiffres"][1]["valeur"] is None
    fichier = rempli.client("responsable").get(f"{URL}compte.csv?{_annee(rempli)}").content.decode()
    assert '"EDF";"demandes";"masqué"' in fichier


@pytest.mark.parametrize(
    "url", ["du=2026-03-02&au=2026-03-01", "du=1826-01-01", "partenaire=x&region=moi&du=9999-12-31"]
)
def test_a_strange_address_gives_a_page(rempli, url):
    assert rempli.client("responsable").get(f"{URL}?{url}").status_code == 200


def test_a_point_of_others_is_not_found_and_a_mediateur_has_no_page(rempli):
    assert rempli.client("responsable").get(f"{URL}?points={rempli.ailleurs.code}").status_code == 404
    assert rempli.client("proprietaire").get(URL).status_code == 404


def test_an_account_keeps_the_budget_of_a_dashboard(rempli, caf):
    client, url = rempli.client("union"), f"{URL}?{_annee(rempli)}&partenaire={caf.pk}"
    client.get(url)
    with CaptureQueriesContext(connection) as releve:
        client.get(url)
    assert len(releve) <= TABLEAUX["compte_partenaires"], "\n".join(q["sql"][:120] for q in releve)
