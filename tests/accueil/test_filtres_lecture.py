"""What an address says of period and conditions; a bad value is told, never applied."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accueil.forms.journal import lire_filtre
from pimms.socle.periodes import Periode
from tests.fabrique import un_acces, un_point, une_personne
from tests.filtres import erreurs_de, filtre_de, lire, options_de

pytestmark = pytest.mark.django_db


def test_without_a_word_the_filter_is_the_last_seven_days(distribution):
    aujourdhui = distribution.point.aujourdhui()
    periode = filtre_de(distribution.proprietaire).periode
    assert periode == Periode(aujourdhui - timedelta(days=6), aujourdhui)


def test_two_dates_make_the_period(distribution):
    filtre = filtre_de(distribution.proprietaire, "du=2026-03-01&au=2026-03-31")
    assert filtre.periode == Periode(date(2026, 3, 1), date(2026, 3, 31))


def test_dates_may_be_typed_in_figures(distribution):
    filtre = filtre_de(distribution.proprietaire, "du=01/03/2026&au=31/03/2026")
    assert filtre.periode == Periode(date(2026, 3, 1), date(2026, 3, 31))


def test_dates_win_over_a_ready_made_period(distribution):
    filtre = filtre_de(distribution.proprietaire, "du=2026-03-01&au=2026-03-31&periode=mois")
    assert (filtre.periode.du, filtre.preselection) == (date(2026, 3, 1), "")


def test_a_beginning_alone_goes_to_today(distribution):
    periode = filtre_de(distribution.proprietaire, "du=2026-03-01").periode
    assert periode.au == distribution.point.aujourdhui()


def test_an_end_alone_takes_the_seven_days_before(distribution):
    periode = filtre_de(distribution.proprietaire, "au=2026-03-10").periode
    assert periode == Periode(date(2026, 3, 4), date(2026, 3, 10))


def test_the_day_is_that_of_the_point_not_of_paris(distribution):
    noumea = un_point(fuseau="Pacific/Noumea")
    personne = une_personne()
    un_acces(personne, "mediateur", noumea)
    assert filtre_de(personne, "periode=aujourd_hui").periode.au == noumea.aujourdhui()


@pytest.mark.parametrize(
    ("url", "champ"),
    [
        ("du=2026-03-31&au=2026-03-01", "au"),
        ("du=2027-02-29", "du"),
        ("au=2026-13-01", "au"),
        ("du=0000-01-01", "du"),
        ("du=demain", "du"),
        ("du=2999-01-01", "du"),
        ("du=%00", "du"),
        ("periode=siecle", "periode"),
        ("theme=inconnu", "theme"),
        ("partenaire=999999", "partenaire"),
        ("partenaire=x", "partenaire"),
        ("registre=9", "registre"),
        ("issue=gagne", "issue"),
        ("canal=pigeon", "canal"),
        ("auteur=1", "auteur"),
        ("auteur=%00", "auteur"),
    ],
)
def test_a_bad_value_is_told_beside_its_field(distribution, url, champ):
    assert erreurs_de(distribution.proprietaire, url) == {champ}


def test_a_bad_value_is_not_applied(distribution):
    sans, avec = (filtre_de(distribution.proprietaire, u) for u in ("", "theme=inconnu&canal=x&du=hier"))
    assert avec == sans


def test_the_other_values_still_apply_beside_a_bad_one(distribution):
    assert filtre_de(distribution.proprietaire, "theme=inconnu&canal=telephone").canal == "telephone"


@pytest.mark.parametrize("du", ["1826-01-01", "0001-01-01"])
def test_a_year_that_nobody_means_is_told(distribution, du):
    _, formulaire = lire(distribution.proprietaire, f"du={du}&au=2026-01-01")
    assert formulaire.errors == {"du": ["L’année est à corriger."]}


def test_unknown_keys_are_ignored(distribution):
    assert not erreurs_de(distribution.proprietaire, "utm_source=x&page=3&curseur=zz")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "du",
                    "au",
                    "periode",
                    "theme",
                    "partenaire",
                    "registre",
                    "issue",
                    "canal",
                    "auteur",
                    "annulees",
                ]
            ),
            st.text(max_size=12) | st.dates().map(str) | st.integers().map(str),
        ),
        max_size=6,
    )
)
def test_any_text_gives_a_filter_that_can_be_run(distribution, couples):
    parametres = QueryDict(mutable=True)
    for cle, valeur in couples:
        parametres.appendlist(cle, valeur)
    filtre, _ = lire_filtre(parametres, options_de(distribution.proprietaire))
    assert list(filtre.visites()) == []
