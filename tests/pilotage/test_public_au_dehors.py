"""What describes people leaves a point over a calendar year of a whole unit alone: no other period, no other
set of points, gives a table of it, on any page or file of figures."""

import pytest

from accueil.agregats import rattraper
from accueil.models import Commune
from tests.fabrique import un_partenaire, un_point, une_visite

pytestmark = pytest.mark.django_db
AGE, RESTE, COMMUNE = "25–39 ans", {"Femme", "Sans emploi"}, "Villeurbanne"
DEJA = "Déjà venu"
# What each of them tells of the public of a calendar year.
SORTIES = {
    "/tableau-de-bord/?point=LYO-GER&{}": set(),
    "/tableau-de-bord/chiffres.csv?point=LYO-GER&{}": set(),
    "/reseau/?{}": {AGE, DEJA, *RESTE},
    "/reseau/chiffres.csv?{}": set(),
    "/partenaires/?{}": set(),
    "/partenaires/compte.csv?{}": set(),
    "/partenaires/?partenaire={caf}&{}": {AGE},
    "/partenaires/compte.csv?partenaire={caf}&{}": {AGE},
    "/partenaires/categories/?{}": {AGE, *RESTE},
    "/partenaires/categories.csv?{}": {AGE, *RESTE},
}


@pytest.fixture
def rempli(distribution):
    """A dozen visits of one public last year, for CAF, at a point of two."""
    point = distribution.point
    un_point(point.association, code="LYO-VAI", nom="Vaise")
    commune = Commune.objects.get(nom=COMMUNE)
    for n in range(12):
        jour = point.aujourdhui().replace(year=point.aujourdhui().year - 1, month=3, day=1 + n)
        public = {"tranche_age": "25-39", "genre": "femme", "situation": "sans_emploi", "commune": commune}
        public |= {"premiere_visite": False}
        demandes = [{"partenaire": un_partenaire("CAF")}]
        une_visite(point, distribution.proprietaire, jour=jour, demandes=demandes, **public)
    rattraper()
    return distribution


@pytest.mark.parametrize(
    ("filtre", "entiere"),
    [
        ("du={an}-01-01&au={an}-12-31", True),
        ("du={an}-01-01&au={an}-12-30", False),
        ("du={an}-03-01&au={an}-03-01", False),
        ("du={an}-01-01&au={an}-12-31&points=LYO-GER.LYO-VAI", False),
        ("du={an}-01-01&au={an}-12-31&departement=69", False),
    ],
)
def test_the_public_leaves_over_a_calendar_year_of_a_whole_unit_alone(rempli, filtre, entiere):
    client, caf = rempli.client("union"), un_partenaire("CAF").pk
    periode = filtre.format(an=rempli.point.aujourdhui().year - 1)
    for adresse, dits in SORTIES.items():
        if "point=" in adresse and "points=" in periode:
            continue
        reponse = client.get(adresse.format(periode, caf=caf))
        assert reponse.status_code == 200, adresse
        texte = reponse.content.decode()
        lus = {mot for mot in (AGE, COMMUNE, DEJA, *RESTE) if mot in texte}
        assert lus == (dits if entiere else set()), adresse


@pytest.mark.parametrize("role", ["direction", "union"])
def test_a_calendar_year_takes_as_many_statements_as_a_page_may(rempli, role, django_assert_max_num_queries):
    an = rempli.point.aujourdhui().year - 1
    client = rempli.client(role)
    client.get("/reseau/")  # the requirements of a version are read once a process
    with django_assert_max_num_queries(15):
        page = client.get(f"/reseau/?du={an}-01-01&au={an}-12-31")
    assert AGE in page.content.decode()
