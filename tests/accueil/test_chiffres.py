"""Figures read from the aggregates equal a naive recount, at every moment."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accueil import lecture_colonnes
from accueil.agregats import rattraper
from accueil.chiffres import lire
from accueil.colonnes import VALEURS
from accueil.correction import annuler
from accueil.models import AgregatJour, Demande, MarqueAgregat, PointAccueil
from accueil.saisie import DemandeSaisie, VisiteSaisie, enregistrer
from pimms.socle.budgets import BudgetDepasse
from tests.accueil.recompte import recompter, sans_zeros, sommes_de
from tests.accueil.saisies_tirees import BORNES, GESTES, jouer, periode_de
from tests.fabrique import un_acces, un_point, un_theme, une_visite
from tests.filtres import filtre_de

pytestmark = pytest.mark.django_db

FILTRES = st.sampled_from(
    [
        "",
        "point=LYO-GER",
        "theme=energie",
        "issue=oriente&canal=telephone",
        "auteur=moi",
        "registre=2",
        "aide=aucune",
        "semaine=2&heure=10",
        "partenaire=aucun",
        "theme=energie&canal=telephone",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    gestes=GESTES,
    url=FILTRES,
    pas=st.sampled_from(["jour", "semaine", "mois"]),
    bornes=BORNES,
    autres=BORNES,
    lot=st.integers(1, 3),
)
def test_each_figure_equals_a_recount_after_any_sequence_of_acts(
    distribution, gestes, url, pas, bornes, autres, lot
):
    for geste in gestes:
        jouer(distribution, *geste)
    filtre = replace(filtre_de(distribution.proprietaire, url), periode=periode_de(distribution, bornes))
    avant = periode_de(distribution, autres)
    with patch.object(lecture_colonnes, "MOIS_PAR_LOT", lot):
        total, (lues,) = lire(filtre, [avant], pas)
    assert sans_zeros(total) == recompter(filtre, pas=pas)
    assert lues == sommes_de(recompter(filtre, avant, pas))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12, deadline=None)
@given(gestes=GESTES, url=FILTRES, bornes=BORNES)
def test_once_caught_up_the_aggregates_alone_say_the_same(distribution, gestes, url, bornes):
    for geste in gestes:
        jouer(distribution, *geste)
    rattraper()
    assert not MarqueAgregat.objects.exists()
    filtre = replace(filtre_de(distribution.proprietaire, url), periode=periode_de(distribution, bornes))
    assert sans_zeros(lire(filtre)[0]) == recompter(filtre)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12, deadline=None)
@given(gestes=GESTES, bornes=BORNES)
def test_points_told_one_by_one_add_up_to_the_network(distribution, gestes, bornes):
    for geste in gestes:
        jouer(distribution, *geste)
    filtre = replace(filtre_de(distribution.union), periode=periode_de(distribution, bornes))
    total, _ = lire(filtre, communes=False, par_point=True)
    assert total.repartitions["communes"] == {}
    seuls = {p.pk: recompter(replace(filtre, points=frozenset({p.pk}))) for p in PointAccueil.objects.all()}
    attendus = {cle: replace(sommes_de(seul), courbe={}) for cle, seul in seuls.items() if seul.visites}
    assert {cle: point for cle, point in total.par_point.items() if point.visites} == attendus


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8, deadline=None)
@given(gestes=GESTES, pas=st.sampled_from(["jour", "semaine", "mois"]), bornes=BORNES, autres=BORNES)
def test_points_and_the_period_before_are_told_under_a_condition_too(
    distribution, gestes, pas, bornes, autres
):
    for geste in gestes:
        jouer(distribution, *geste)
    avant, points = periode_de(distribution, autres), PointAccueil.objects.all()
    for url in ("canal=sur_place", "issue=resolu", "partenaire=aucun&registre=2"):
        filtre = replace(filtre_de(distribution.union, url), periode=periode_de(distribution, bornes))
        total, (lues,) = lire(filtre, [avant], pas, par_point=True)
        seuls = {p.pk: sommes_de(recompter(replace(filtre, points=frozenset({p.pk})))) for p in points}
        assert total.par_point == {cle: replace(s, courbe={}) for cle, s in seuls.items() if s.visites}
        assert replace(sans_zeros(total), par_point={}) == recompter(filtre, pas=pas)
        assert replace(lues, par_point={}) == sommes_de(recompter(filtre, avant, pas))


def test_a_value_keeps_its_place_in_columns_that_are_packed_already():
    migration = import_module("accueil.migrations.0018_colonnes_par_mois")
    for colonne, (_, _, valeurs) in migration.LISTES.items():
        with connection.cursor() as curseur:
            curseur.execute(f"SELECT ARRAY[{valeurs}]")
            rangees = tuple(curseur.fetchone()[0])
        assert VALEURS[colonne][: len(rangees)] == rangees


def test_a_read_past_its_time_stops_between_two_lots_and_leaves_the_connection_whole(distribution):
    for il_y_a in (0, 40):
        une_visite(distribution.point, distribution.collegue, il_y_a=il_y_a)
    filtre = replace(
        filtre_de(distribution.union, "canal=sur_place"), periode=periode_de(distribution, (0, 75))
    )
    attendues = lire(filtre)[0].visites
    temps = patch("pimms.socle.budgets.time.monotonic", side_effect=[0, 6])
    with patch.object(lecture_colonnes, "MOIS_PAR_LOT", 1), temps, pytest.raises(BudgetDepasse):
        lire(filtre)
    assert lire(filtre)[0].visites == attendues == 2


def test_a_point_without_visits_has_zeros(distribution):
    lus, _ = lire(filtre_de(distribution.proprietaire))
    assert (lus.visites, lus.demandes, lus.repartitions["canaux"]["sur_place"]) == (0, 0, 0)
    assert lus.repartitions["themes"] == {}
    assert lus.courbe == {}


def test_a_day_whose_only_visit_is_cancelled_has_no_aggregate(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire)
    rattraper()
    assert AgregatJour.objects.get().visites == 1
    annuler(distribution.proprietaire, visite)
    rattraper()
    assert not AgregatJour.objects.exists()


@pytest.mark.parametrize(
    "ordre", ["UPDATE accueil_visite SET duree = 30", "UPDATE accueil_demande SET registre = 3"]
)
def test_no_door_is_forgotten_not_even_sql_by_hand(distribution, ordre):
    une_visite(distribution.point, distribution.proprietaire)
    rattraper()
    with connection.cursor() as curseur:
        curseur.execute(ordre)
    assert MarqueAgregat.objects.exists()
    filtre = filtre_de(distribution.proprietaire)
    assert sans_zeros(lire(filtre)[0]) == recompter(filtre)


def test_a_request_taken_away_marks_its_day(distribution):
    une_visite(distribution.point, distribution.proprietaire, demandes=[{}, {}])
    rattraper()
    Demande.objects.filter(rang=1).delete()
    assert lire(filtre_de(distribution.proprietaire))[0].demandes == 1


def test_a_mediateur_who_left_and_came_back_keeps_all_that_they_entered(distribution):
    point, auteur = distribution.point, distribution.proprietaire
    acces = auteur.acces.get()
    acces.fin = point.aujourdhui() - timedelta(days=60)
    acces.save()
    une_visite(point, auteur, il_y_a=90)
    une_visite(point, auteur, il_y_a=30)  # entered by someone else's hand while away, still counted
    un_acces(auteur, "mediateur", point, debut=point.aujourdhui() - timedelta(days=10))
    une_visite(point, auteur, il_y_a=1)
    rattraper()
    for url in ("periode=12_mois", "periode=12_mois&auteur=moi"):
        filtre = filtre_de(auteur, url)
        lus = sans_zeros(lire(filtre)[0])
        assert lus == recompter(filtre)
        assert lus.visites == 3


def test_overseas_a_visit_counts_on_its_own_day_across_midnight(distribution, monkeypatch):
    """At 9.30 p.m. in Cayenne it is already tomorrow in Paris; half an hour past midnight it is a new day."""
    point = un_point(code="GUY-CAY", nom="Cayenne", fuseau="America/Cayenne")
    un_acces(distribution.proprietaire, "mediateur", point)
    demandes = [DemandeSaisie(theme=un_theme(), issue="resolu")]
    for instant in (datetime(2026, 3, 11, 0, 30, tzinfo=UTC), datetime(2026, 3, 11, 3, 30, tzinfo=UTC)):
        monkeypatch.setattr(timezone, "now", lambda instant=instant: instant)
        saisie = VisiteSaisie(cle=uuid.uuid4(), jour=point.aujourdhui(), demandes=demandes)
        enregistrer(distribution.proprietaire, point, saisie)
        rattraper()
    assert dict(AgregatJour.objects.values_list("jour", "visites")) == {
        date(2026, 3, 10): 1,
        date(2026, 3, 11): 1,
    }
    filtre = filtre_de(distribution.proprietaire, "point=GUY-CAY&du=2026-03-10&au=2026-03-10")
    lus = lire(filtre)[0]
    assert sans_zeros(lus) == recompter(filtre)
    assert lus.chaleur == {(1, 21): 1}


def test_nobody_reads_figures_over_a_period_that_has_none(distribution):
    filtre = filtre_de(distribution.union, "du=1820-01-01&au=2019-12-31")
    assert lire(filtre, pas="mois")[0].courbe == {}
