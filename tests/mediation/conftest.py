"""Whoever keeps the cases of these tests, their day, and a case under way with its two parties."""

import pytest

from tests.mediation.fabrique import un_dossier_engage


@pytest.fixture
def moi(distribution):
    return distribution.proprietaire


@pytest.fixture
def jour(distribution):
    return distribution.point.aujourdhui()


@pytest.fixture
def cas(distribution, moi):
    return un_dossier_engage(moi, distribution.point)
