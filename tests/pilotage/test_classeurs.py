"""Workbooks of figures: each number of a page is a number in its cell, each share a percentage, each step of
a curve a day, and they are those of the page."""

import io

import openpyxl
import pytest

from accueil.agregats import rattraper
from pimms.pilotage.etat_points import GROUPE_MIN
from pimms.pilotage.partenaires import MASQUE
from tests.fabrique import (
    un_acces,
    un_partenaire,
    un_point,
    un_theme,
    une_association,
    une_personne,
    une_visite,
)
from tests.mediation.fabrique import un_dossier
from tests.qualite.fabrique_ecoute import des_avis, un_questionnaire

pytestmark = pytest.mark.django_db
PAGES = ("/tableau-de-bord/?point=LYO-GER", "/reseau/?")
COURBES = {"Visites par jour", "Visites par semaine", "Visites par mois"}
CHIFFRES = {
    "Visites": "visites",
    "Demandes": "demandes",
    "Passages": "passages",
    "dont estimé": "minutes_estimees",
}


@pytest.fixture
def rempli(distribution):
    """Visits of two themes over two months, a case, answers, and enough similar points for quartiles."""
    point, autres = distribution.point, une_association()
    for il_y_a in (0, 3, 40):
        demandes = [{"partenaire": un_partenaire("CAF")}, {"theme": un_theme("justice"), "issue": "oriente"}]
        for _ in range(5):
            une_visite(point, distribution.proprietaire, il_y_a=il_y_a, personnes=2, demandes=demandes)
    for n in range(GROUPE_MIN):
        voisin, qui = un_point(autres, code=f"LYO-P{n}", nom=f"Lyon {n}"), une_personne(nom=f"Nom {n}")
        un_acces(qui, "mediateur", voisin)
        une_visite(voisin, qui, demandes=[{}] * (1 + n))
    un_dossier(distribution.proprietaire, point)
    questionnaire = un_questionnaire(point)
    des_avis(questionnaire, 31)
    des_avis(questionnaire, 2, visage=1)
    rattraper()
    return distribution


def _rangees(client, adresse: str) -> list[tuple]:
    """The cells under the headings."""
    feuille = openpyxl.load_workbook(io.BytesIO(client.get(adresse).content)).active
    rangees = list(feuille.iter_rows())
    tete = next(n for n, r in enumerate(rangees) if r[0].value in ("rubrique", "outil"))
    return rangees[tete + 1 :]


def _fichier(page: str, nom: str = "chiffres") -> str:
    chemin, _, filtre = page.partition("?")
    return f"{chemin}{nom}.xlsx?{filtre}"


def _est_nombre(cellule) -> bool:
    return cellule.data_type == "n" and isinstance(cellule.value, int | float)


@pytest.mark.parametrize("page", PAGES)
def test_each_number_is_a_number_each_share_a_percentage_each_step_a_day(rempli, page):
    rangees = _rangees(rempli.client("union"), _fichier(page))
    assert len(rangees) > 60
    for rubrique, ligne, _, valeur, part, avant in rangees:
        assert _est_nombre(valeur), (rubrique.value, ligne.value, valeur.value)
        assert part.value is None or (part.number_format == "0 %" and 0 <= part.value <= 1)
        assert avant.value is None or _est_nombre(avant)
        assert ligne.is_date == (rubrique.value in COURBES), ligne.value


@pytest.mark.parametrize("page", PAGES)
def test_each_number_is_that_of_the_page(rempli, page):
    client = rempli.client("union")
    lu = client.get(page).context
    par_rubrique: dict[str, list[tuple]] = {}
    for rubrique, *cellules in _rangees(client, _fichier(page)):
        par_rubrique.setdefault(rubrique.value, []).append(tuple(c.value for c in cellules))
    total, tableau = lu["tableau"].total, lu["tableau"]
    chiffres = {nom: valeur for nom, _, valeur, *_ in par_rubrique["Chiffres de la période"]}
    assert {nom: chiffres[nom] for nom in CHIFFRES} == {n: getattr(total, c) for n, c in CHIFFRES.items()}
    courbe = [(x[0].date(), x[2], x[4]) for x in par_rubrique[tableau.courbe.titre]]
    assert courbe == [(m.debut, m.valeur, m.avant) for m in tableau.courbe.moments]
    assert sum(x[2] for x in par_rubrique[tableau.chaleur.titre]) == total.visites
    for repartition in tableau.repartitions.values():
        lues = [(x[0], x[2], round(100 * x[3])) for x in par_rubrique.get(repartition.titre, ())]
        assert lues == [(p.libelle, p.valeur, p.part) for p in repartition.parts]
    dossiers = {x[0]: x[2] for x in par_rubrique["Médiations"]}
    assert dossiers["En cours"] == lu["dossiers"].actifs
    avis = [(x[2], x[3] and round(100 * x[3])) for x in par_rubrique["Satisfaction"][1:]]
    assert avis == [(ligne["nombre"], ligne["part"]) for ligne in lu["avis"].lignes]


def test_a_quartile_is_a_number_with_its_format(rempli):
    client = rempli.client("union")
    groupe = next(g for g, _ in client.get("/reseau/").context["points"].groupes if g.quartiles)
    lues = {
        (unite.value, ligne.value): valeur
        for rubrique, ligne, unite, valeur, *_ in _rangees(client, "/reseau/chiffres.xlsx")
        if rubrique.value.endswith(groupe.nom)
    }
    par_visite = lues["demandes par visite", "médiane"]
    assert (par_visite.value, par_visite.number_format) == (groupe.quartiles["par_visite"].montres[1], "0.0")
    resolues = lues["% de demandes résolues", "médiane"]
    assert (resolues.value, resolues.number_format) == (groupe.quartiles["resolues"].montres[1], "0 %")


def test_a_partner_s_numbers_are_numbers_unless_masked_and_its_months_are_days(rempli):
    rangees = _rangees(
        rempli.client("union"), f"/partenaires/compte.xlsx?partenaire={un_partenaire('CAF').pk}"
    )
    lues = {(r.value, ligne.value): v.value for r, ligne, _, v, _ in rangees}
    assert lues["Chiffres de la période", "Demandes"] == 15
    assert MASQUE in lues.values()
    for rubrique, ligne, _, valeur, avant in rangees:
        assert ligne.is_date == rubrique.value.endswith("par mois")
        for cellule in (valeur, avant):
            assert cellule.value in (None, MASQUE) or _est_nombre(cellule)


def test_what_goes_to_other_tools_is_numbers(rempli):
    rangees = _rangees(rempli.client("union"), "/partenaires/categories.xlsx")
    assert rangees
    assert all(_est_nombre(r[4]) for r in rangees)
