"""Our lists in other tools' words: nothing forgotten, nothing counted twice, nothing small of the public."""

import csv
import io

import pytest
import yaml

from accueil.agregats import rattraper
from accueil.models import Partenaire, Theme
from pimms.pilotage.categories import FICHIER, OUVERTES, UNITES, TableInvalide, outils, verifier
from tests.fabrique import un_partenaire, un_theme, une_visite

URL = "/partenaires/categories/"


@pytest.fixture
def brut() -> dict:
    return yaml.safe_load(FICHIER.read_text(encoding="utf-8"))


@pytest.mark.django_db
def test_each_theme_and_national_partner_goes_somewhere_or_says_why_not():
    attendus = {
        "themes": set(Theme.objects.filter(retire_le__isnull=True).values_list("code", flat=True)),
        "partenaires": set(Partenaire.objects.filter(association__isnull=True).values_list("nom", flat=True)),
    }
    for outil in outils():
        for rubrique in outil.rubriques:
            if rubrique.cle in OUVERTES:
                assert rubrique.correspondances.keys() == attendus[rubrique.cle], outil.nom
            for suite in rubrique.correspondances.values():
                assert bool(suite.vers) != bool(suite.pourquoi)


@pytest.mark.parametrize(
    ("gater", "dit"),
    [
        (lambda r: r["issues"]["correspondances"].pop("resolu"), "oubliée"),
        (lambda r: r["issues"]["correspondances"].update(gagne="oui"), "inconnue"),
        (lambda r: r["themes"]["correspondances"].update(papiers="ailleurs"), "n’est pas une catégorie"),
        (lambda r: r["themes"]["correspondances"].update(papiers={"ver": "logement"}), "ou pourquoi"),
        (lambda r: r.update(meteo={}), "liste inconnue"),
        (lambda r: r["themes"].pop("nom"), "rien d’autre"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_the_place(brut, gater, dit):
    gater(brut["la_coop"]["rubriques"])
    with pytest.raises(TableInvalide, match=dit):
        verifier(brut)


@pytest.fixture
def rempli(distribution):
    """Requests of two themes that go to one category, one without equivalent, one of a theme added since."""
    neuf = Theme.objects.create(code="neuf", nom="Thème ajouté", nom_court="Ajouté", icone="house", ordre=990)
    demandes = [
        {"theme": un_theme("logement"), "partenaire": un_partenaire("CAF")},
        {"theme": un_theme("energie"), "issue": "oriente"},
        {"theme": un_theme("courrier")},
        {
            "theme": neuf,
            "partenaire": Partenaire.objects.create(
                nom="CAF", nature="autre", association=distribution.point.association
            ),
        },
    ]
    for canal in ("telephone", "a_distance", "a_domicile"):
        une_visite(distribution.point, distribution.proprietaire, canal=canal, demandes=demandes)
    rattraper()
    return distribution


def _tables(page) -> dict:
    return {
        (outil.nom, rubrique.cle): lignes
        for outil, rubriques in page.context["outils"]
        for rubrique, lignes in rubriques
    }


def test_each_list_adds_up_to_what_we_count(rempli):
    tables = _tables(rempli.client("responsable").get(URL))
    for (_, cle), lignes in tables.items():
        assert sum(x.nombre for x in lignes) == {"demandes": 12, "visites": 3}[UNITES[cle]], cle


def test_a_category_adds_up_ours_and_what_has_none_stands_apart(rempli):
    tables = _tables(rempli.client("responsable").get(URL))
    coop = tables["La Coop de la médiation numérique", "themes"]
    logement = next(x for x in coop if x.code == "logement")
    assert (logement.nombre, logement.notres, logement.etat) == (
        6,
        ("Logement", "Énergie – Eau"),
        "à valider",
    )
    assert {x.notres: x.nombre for x in coop if not x.code} == {
        ("Courrier – Colis",): 3,
        ("Thème ajouté",): 3,
    }
    operateurs = tables["France services", "partenaires"]
    # A local partner that bears a national one's name is not that one.
    assert next(x for x in operateurs if x.code == "cnaf").nombre == 3


def test_the_public_is_masked_and_of_a_calendar_year(rempli):
    an = rempli.point.aujourdhui().year - 1
    for genre, nombre in (("femme", 7), ("homme", 2)):
        for _ in range(nombre):
            jour = rempli.point.aujourdhui().replace(year=an, month=3, day=2)
            une_visite(rempli.point, rempli.proprietaire, jour=jour, heure=None, genre=genre)
    client = rempli.client("responsable")
    assert "genres" not in {cle for _, cle in _tables(client.get(URL))}
    page = client.get(f"{URL}?du={an}-01-01&au={an}-12-31")
    genres = _tables(page)["La Coop de la médiation numérique", "genres"]
    assert next(x for x in genres if x.code == "Masculin").nombre is None


def test_one_file_holds_every_tool_with_its_source(rempli):
    reponse = rempli.client("responsable").get("/partenaires/categories.csv")
    lues = list(csv.reader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    assert {ligne[0] for ligne in lues if len(ligne) == 8} == {"outil", *(o.nom for o in outils())}
    assert {f"Source, {o.nom}" for o in outils()} <= {ligne[0] for ligne in lues if len(ligne) == 2}
