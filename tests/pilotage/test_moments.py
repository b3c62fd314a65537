"""Days and hours on both dashboards: today, this week, clock changes, hours made coarser by time."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accueil.agregats import rattraper
from accueil.indicateurs import totaliser
from accueil.models import Visite
from accueil.saisie import DemandeSaisie, VisiteSaisie, enregistrer
from pimms.pilotage.champ import lire_champ
from pimms.pilotage.tableau import lire_tableau
from tests.fabrique import un_theme, une_visite
from tests.filtres import filtre_de, options_de

pytestmark = pytest.mark.django_db
INSTANTS = st.datetimes(datetime(2025, 1, 15), datetime(2026, 11, 1), timezones=st.just(UTC))


def _tableau(personne, point, url: str = ""):
    options = options_de(personne)
    return lire_tableau(lire_champ(QueryDict(url), options, point)[0], options, avec_public=False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    maintenant=INSTANTS,
    places=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 3)), max_size=6),
    url=st.sampled_from(["", "periode=mois_dernier", "compare=non", "du=2024-01-01&au=2024-01-31"]),
    compris=st.booleans(),
)
def test_today_and_this_week_equal_a_recount_whatever_the_period(
    distribution, maintenant, places, url, compris
):
    point, auteur = distribution.point, distribution.proprietaire
    with patch.object(timezone, "now", return_value=maintenant):
        jour = point.aujourdhui()
        for il_y_a, demandes in places:
            une_visite(point, auteur, jour=jour - timedelta(days=il_y_a), demandes=[{}] * demandes)
        if compris:
            rattraper()
        chiffres = _tableau(auteur, point, url).maintenant
        lundi = jour - timedelta(days=jour.weekday())
        for chiffre, du in zip(chiffres, (jour, lundi), strict=True):
            visites = Visite.objects.filter(point=point, jour__range=(du, jour))
            nombres = [int(re.sub(r"\D", "", texte)) for texte in (chiffre.valeur, chiffre.precision)]
            assert nombres == [len(visites), sum(v.nb_demandes for v in visites)]
            derriere = totaliser(filtre_de(auteur, chiffre.url.partition("?")[2]))
            assert [derriere.visites, derriere.demandes] == nombres


@pytest.mark.parametrize(
    ("jour", "heures"),
    [
        (date(2026, 3, 29), {1: 1, 3: 1}),  # from two to three nobody comes: there is no such hour
        (date(2025, 10, 26), {2: 2}),  # twice two o'clock
    ],
)
@pytest.mark.parametrize("compris", [True, False])
def test_the_hour_that_clocks_skip_or_repeat_keeps_its_visits(
    distribution, monkeypatch, jour, heures, compris
):
    point, auteur = distribution.point, distribution.proprietaire
    for minutes in (30, 90):
        instant = datetime.combine(jour, datetime.min.time(), UTC) + timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda instant=instant: instant)
        demandes = [DemandeSaisie(theme=un_theme(), issue="resolu")]
        enregistrer(auteur, point, VisiteSaisie(cle=uuid.uuid4(), jour=point.aujourdhui(), demandes=demandes))
    if compris:
        rattraper()
    du, au = jour - timedelta(days=1), jour + timedelta(days=1)
    for pas, attendues in (("jour", [0, 2, 0]), ("semaine", [2, 0])):
        tableau = _tableau(auteur, point, f"du={du}&au={au}&pas={pas}")
        assert tableau.total.chaleur == {(6, heure): n for heure, n in heures.items()}
        assert [m.valeur for m in tableau.courbe.moments] == attendues
    cellules = [c for _, ligne in tableau.chaleur.cellules for c in ligne if c[0]]
    for valeur, url in cellules:
        assert totaliser(filtre_de(auteur, url.partition("?")[2])).visites == valeur


def test_the_day_of_a_clock_change_faces_that_of_the_year_before(distribution):
    une_visite(distribution.point, distribution.proprietaire, jour=date(2025, 3, 29))
    une_visite(distribution.point, distribution.proprietaire, jour=date(2025, 3, 30))
    tableau = _tableau(distribution.proprietaire, distribution.point, "du=2026-03-28&au=2026-03-30&pas=jour")
    assert [m.avant for m in tableau.courbe.moments] == [0, 1, 1]


@pytest.mark.parametrize(
    ("role", "page"), [("responsable", "/tableau-de-bord/?point=LYO-GER&"), ("union", "/reseau/?")]
)
@pytest.mark.parametrize("filtre", ["", "canal=sur_place", "theme=energie"])
def test_hours_that_were_made_coarser_are_told_beside_them(distribution, role, page, filtre):
    an = distribution.point.aujourdhui().year - 2
    une_visite(distribution.point, distribution.proprietaire, demandes=[{"theme": un_theme("energie")}])
    client = distribution.client(role)
    assert "tranches de quatre heures" not in client.get(f"{page}{filtre}").content.decode()
    assert "tranches de quatre heures" in client.get(f"{page}{filtre}&du={an}-01-01").content.decode()
