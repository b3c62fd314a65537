"""The curve: its steps add up to the visits, and each faces the days before that correspond to it."""

import csv
import io
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accueil.agregats import rattraper
from accueil.filtres import Filtre
from pimms.pilotage.champ import Champ, pas_de
from pimms.pilotage.courbe import debuts_des_pas
from pimms.pilotage.tableau import lire_tableau
from pimms.socle.periodes import UN_JOUR, Periode, annee_de, mois_finissant_le
from tests.fabrique import une_visite
from tests.filtres import options_de

COMPARAISONS = st.sampled_from(["an", "avant"])
PAS = st.sampled_from(["jour", "semaine", "mois"])
JOURS = st.dates(date(2019, 1, 1), date(2024, 5, 31))  # no visit is of a day to come
PERIODES = st.one_of(
    st.builds(lambda du, n: Periode(du, du + timedelta(days=n)), JOURS, st.integers(0, 900)),
    st.builds(annee_de, JOURS),
    st.builds(mois_finissant_le, JOURS, st.sampled_from([1, 12, 24])),
)


def _champ(periode: Periode, compare: str, pas: str, point=None) -> Champ:
    points = frozenset({point.pk}) if point else None
    pas = pas_de(periode, pas)
    return Champ(Filtre(periode, points), point, compare, pas, True)


def _un_an_avant(jour: date) -> date:
    return date(jour.year - 1, jour.month, min(jour.day, 28 if jour.month == 2 else 31))


@given(PERIODES, COMPARAISONS, PAS)
def test_the_period_before_is_cut_without_a_gap_or_a_day_more(periode, compare, pas):
    champ = _champ(periode, compare, pas)
    debuts = debuts_des_pas(periode, champ.pas)
    bornes = champ.tranches(debuts)
    assert len(bornes) == len(debuts) + 1
    assert bornes == sorted(bornes)
    assert (bornes[0], bornes[-1] - UN_JOUR) == (champ.avant.du, champ.avant.au)
    assert champ.avant.du < periode.du
    if compare == "avant":
        assert champ.avant.au == periode.du - UN_JOUR


@given(PERIODES, COMPARAISONS, PAS)
def test_a_step_faces_as_many_days_or_a_29_february_more_or_less(periode, compare, pas):
    champ = _champ(periode, compare, pas)
    debuts = debuts_des_pas(periode, champ.pas)
    siens = pairwise([periode.du, *debuts[1:], periode.au + UN_JOUR])
    for (du, suite), (avant, suite_avant) in zip(siens, pairwise(champ.tranches(debuts)), strict=True):
        assert abs((suite - du) - (suite_avant - avant)) <= UN_JOUR
        if compare == "an":
            assert abs(avant - _un_an_avant(du)) <= UN_JOUR


@pytest.mark.parametrize(
    ("du", "au", "compare", "pas", "rang", "attendue"),
    [
        ("2024-01-01", "2024-12-31", "avant", "mois", 0, ("2023-01-01", "2023-02-01")),
        ("2024-01-01", "2024-12-31", "avant", "mois", 11, ("2023-12-01", "2024-01-01")),
        ("2025-01-01", "2025-12-31", "an", "mois", 1, ("2024-02-01", "2024-03-01")),
        ("2025-11-27", "2026-11-26", "an", "semaine", 1, ("2024-12-01", "2024-12-08")),
        ("2025-11-27", "2026-11-26", "avant", "mois", 0, ("2024-11-27", "2024-12-01")),
        ("2026-03-10", "2026-03-19", "avant", "jour", 9, ("2026-03-09", "2026-03-10")),
        ("2024-02-28", "2024-03-01", "an", "jour", 1, ("2023-03-01", "2023-03-01")),
        ("2025-02-27", "2025-03-01", "an", "jour", 1, ("2024-02-28", "2024-03-01")),
    ],
)
def test_what_a_step_faces(du, au, compare, pas, rang, attendue):
    champ = _champ(Periode(date.fromisoformat(du), date.fromisoformat(au)), compare, pas)
    bornes = champ.tranches(debuts_des_pas(champ.filtre.periode, champ.pas))
    assert tuple(map(str, bornes[rang : rang + 2])) == attendue


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    periode=PERIODES,
    compare=COMPARAISONS,
    pas=PAS,
    places=st.lists(st.tuples(st.booleans(), st.integers(0, 900)), max_size=8),
    filtre=st.sampled_from(["", "telephone"]),
    compris=st.booleans(),
)
def test_each_step_holds_the_visits_of_its_days_and_of_those_it_faces(
    distribution, periode, compare, pas, places, filtre, compris
):
    point, auteur = distribution.point, distribution.proprietaire
    champ = _champ(periode, compare, pas, point)
    for avant, place in places:
        ou = champ.avant if avant else periode
        jour = ou.du + timedelta(days=place % ou.jours)
        une_visite(point, auteur, jour=jour, canal="telephone")
    if compris:
        rattraper()
    champ = Champ(Filtre(periode, champ.filtre.points, canal=filtre), point, compare, champ.pas, True)
    tableau = lire_tableau(champ, options_de(auteur), avec_public=False)
    jours = list(point.visites.values_list("jour", flat=True))
    debuts = debuts_des_pas(periode, champ.pas)
    siens = pairwise([periode.du, *debuts[1:], periode.au + UN_JOUR])
    moments = tableau.courbe.moments
    assert [m.valeur for m in moments] == [sum(du <= j < suite for j in jours) for du, suite in siens]
    faces = pairwise(champ.tranches(debuts))
    assert [m.avant or 0 for m in moments] == [sum(du <= j < suite for j in jours) for du, suite in faces]
    assert sum(m.avant or 0 for m in moments) == tableau.precedent.visites


@pytest.mark.django_db
@pytest.mark.parametrize("question", ["compare=avant&pas=mois", "pas=semaine", "pas=jour&canal=sur_place"])
def test_the_file_s_dotted_curve_adds_up_to_its_period_compared(distribution, question):
    for il_y_a in (0, 100, 364, 366, 400, 500, 728):
        une_visite(distribution.point, distribution.proprietaire, il_y_a=il_y_a)
    reponse = distribution.client("responsable").get(f"/tableau-de-bord/chiffres.csv?{question}")
    lignes = csv.reader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";")
    rangees = [ligne for ligne in lignes if len(ligne) == 6]
    comparees = {ligne[1]: int(ligne[5]) for ligne in rangees if ligne[0] == "Chiffres de la période"}
    courbe = [int(x[5] or 0) for x in rangees if x[0].startswith("Visites par")]
    assert sum(courbe) == comparees["Visites"] > 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("compare", "mots"), [("an", "aucune l’an dernier"), ("avant", "aucune pendant la période d’avant")]
)
def test_a_year_before_without_a_visit_is_told_of_that_year(distribution, compare, mots):
    une_visite(distribution.point, distribution.proprietaire)
    page = distribution.client("responsable").get(f"/tableau-de-bord/?compare={compare}")
    assert mots in page.content.decode()
