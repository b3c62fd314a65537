"""Both dashboards as full as they get: on one A4 page; for axe-core in the dark, all that opens open."""

import io
from datetime import timedelta

import pikepdf
import pytest
from playwright.sync_api import expect

from accueil.agregats import rattraper
from accueil.models import Commune, Theme
from accueil.models.visites import Aide, Canal, Genre, Issue, Situation, TrancheAge
from qualite.evaluation import evaluer
from tests.chromium import ECRANS
from tests.fabrique import un_partenaire, un_point, une_visite
from tests.mediation.fabrique import un_dossier_ancien
from tests.mediation.fabrique_terrain import une_action_faite, une_alerte
from tests.qualite.fabrique import une_charte
from tests.qualite.fabrique_ecoute import des_avis, un_questionnaire

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PARTENAIRES = ("CAF", "CNAV", "CPAM", "MSA", "La Poste", "DGFiP", "Justice", "Engie", "EDF", "Enedis")
COMMUNES = ("69123", "69266", "29019", "75056", "13055", "31555", "06088", "44109", "67482")


@pytest.fixture
def plein(distribution):
    """Each kind of figure, over the year, the one before, and the last calendar year."""
    cast, point, aujourdhui = distribution, distribution.point, distribution.point.aujourdhui()
    themes, partenaires = list(Theme.objects.all()), [un_partenaire(nom) for nom in PARTENAIRES]
    communes = list(Commune.objects.filter(pk__in=COMMUNES))
    for n in range(60):
        # Small steps between hours and days, so that the heat map holds a week of long days.
        champs = {
            "heure": 8 + n % 11,
            "canal": Canal.values[n % len(Canal)],
            "tranche_age": TrancheAge.values[n % len(TrancheAge)],
            "genre": Genre.values[n % len(Genre)],
            "situation": Situation.values[n % len(Situation)],
            "commune": communes[n % len(communes)],
            "premiere_visite": n % 2 == 0,
        }
        demandes = [
            {
                "theme": themes[n % len(themes)],
                "partenaire": partenaires[n % len(partenaires)],
                "issue": Issue.values[n % len(Issue)],
                "aide": Aide.values[n % len(Aide)],
                "registre": 1 + n % 8,
            },
            {},
        ]
        for il_y_a in (n * 6, 380 + n * 4):
            une_visite(point, cast.proprietaire, il_y_a=il_y_a, demandes=demandes, **champs)
    for jours in (5, 40, 90, 200, 400):
        un_dossier_ancien(cast.responsable, point, jours=jours)
    une_action_faite(cast.proprietaire, point)
    une_alerte(cast.proprietaire, point)
    une_charte(en_vigueur_le=aujourdhui - timedelta(days=90))
    questionnaire = un_questionnaire(point)
    for _ in range(4):
        des_avis(questionnaire)
    for n in range(12):
        un_point(point.association, nom=f"Point {n}", code=f"LYO-P{n:02}")
    evaluer()
    rattraper()
    return cast


def _adresses(cast):
    """Who reads each dashboard, and a heading of it; the network over a calendar year shows its public."""
    an = cast.point.aujourdhui().year - 1
    return (
        (cast.responsable, "/tableau-de-bord/", "Le public"),
        (cast.union, "/reseau/", "Conformité"),
        (cast.union, f"/reseau/?du={an}-01-01&au={an}-12-31", "Le public"),
    )


def test_a_full_dashboard_prints_on_one_page(page, connecte, plein):
    for qui, adresse, titre in _adresses(plein):
        connecte(qui)
        page.goto(adresse)
        expect(page.get_by_role("heading", name=titre)).to_be_visible()
        expect(page.get_by_role("heading", name="Médiations")).to_be_visible()
        with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as papier:
            assert len(papier.pages) == 1, adresse


@pytest.mark.parametrize("ecran", [ECRANS["bureau"], ECRANS["telephone"]], ids=["bureau", "telephone"])
@pytest.mark.parametrize("sombre", [False, True], ids=["clair", "sombre"])
def test_all_that_opens_is_accessible_in_the_light_and_in_the_dark(
    page, connecte, verifier_acces, plein, ecran, sombre
):
    page.emulate_media(color_scheme="dark" if sombre else "light")
    for qui, adresse, _ in _adresses(plein):
        connecte(qui)
        page.goto(adresse)
        page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true })")
        expect(page.locator("main details:not([open])")).to_have_count(0)
        verifier_acces(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= ecran["width"]
