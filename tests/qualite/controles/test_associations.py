"""MEO-5 and ORG-7, which look at associations and the network, by table."""

import pytest

from qualite.controles import juger
from qualite.faits import FaitsAssociation, FaitsReseau
from tests.qualite.controles.table import JOUR, SEUILS, exigence


def _verdict(code, faits):
    return juger(exigence(code), faits, SEUILS).verdict


@pytest.mark.parametrize(
    ("champs", "association", "reseau"),
    [
        ({"conventions": 2}, "atteint", "atteint"),
        ({"conventions": 2, "conventions_echues": 1}, "a_traiter", "a_traiter"),
        ({}, "sans_objet", "preuve_manquante"),
    ],
)
def test_no_convention_may_lapse(champs, association, reseau):
    assert _verdict("MEO-5", FaitsAssociation(JOUR, **champs)) == association
    assert _verdict("MEO-5", FaitsReseau(JOUR, **champs)) == reseau


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        ({"contrats": 2, "contrats_en_vigueur": 1}, "atteint"),
        ({"contrats": 2}, "a_traiter"),
        ({}, "preuve_manquante"),
    ],
)
def test_the_contract_covers_the_day(champs, attendu):
    assert _verdict("ORG-7", FaitsAssociation(JOUR, **champs)) == attendu
