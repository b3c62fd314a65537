"""CAD-2, by table, at the three levels, and whatever is added."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualite.controles import juger
from qualite.faits import FaitsAssociation, FaitsPoint, FaitsReseau
from tests.qualite.controles.table import EN_SERVICE, JOUR, NOUVEAU, SEUILS, exigence

CINQ = (3, 3, 3, 3, 3, 2, 0, 0)
QUATRE = (3, 3, 3, 400, 2, 2, 2, 2)
NIVEAUX = [FaitsPoint, FaitsAssociation, FaitsReseau]
nombres = st.tuples(*[st.integers(0, 6)] * 8)


def _juger(faits, **seuils):
    return juger(exigence("CAD-2"), faits, SEUILS | seuils)


@pytest.mark.parametrize("niveau", NIVEAUX)
@pytest.mark.parametrize(
    ("registres", "attendu"), [(CINQ, "atteint"), (QUATRE, "a_traiter"), ((0,) * 8, "a_traiter")]
)
def test_five_registers_pass_four_fail(niveau, registres, attendu):
    assert _juger(niveau(jour=JOUR, registres=registres)).verdict == attendu


def test_points_have_a_threshold_of_their_own():
    faits = {"jour": JOUR, "registres": CINQ}
    assert _juger(FaitsPoint(**faits), registres_seuil_point=6).verdict == "a_traiter"
    assert _juger(FaitsReseau(**faits), registres_seuil_point=6).verdict == "atteint"


def test_the_landmark_is_a_parameter():
    assert _juger(FaitsReseau(JOUR, (1,) * 5 + (0,) * 3), registres_repere=1).verdict == "atteint"


def test_a_new_point_keeps_its_figures_without_a_verdict():
    resultat = _juger(FaitsPoint(JOUR, NOUVEAU, CINQ))
    assert (resultat.verdict, resultat.valeur) == ("non_evalue", 5)
    assert "en démarrage" in resultat.phrase


@settings(deadline=None)
@given(avant=nombres, plus=nombres)
def test_adding_interventions_never_makes_it_worse(avant, plus):
    apres = tuple(a + b for a, b in zip(avant, plus, strict=True))
    un, deux = (_juger(FaitsPoint(JOUR, EN_SERVICE, r)) for r in (avant, apres))
    assert deux.valeur >= un.valeur
    assert not (un.verdict == "atteint" and deux.verdict != "atteint")


@settings(deadline=None)
@given(registres=nombres)
def test_the_verdict_is_that_of_the_count(registres):
    attendu = sum(n >= 3 for n in registres) >= 5
    assert (_juger(FaitsPoint(JOUR, EN_SERVICE, registres)).verdict == "atteint") == attendu
