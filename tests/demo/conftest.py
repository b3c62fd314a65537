"""Databases for `peupler`, which commits, and refuses one already filled."""

from collections.abc import Callable, Iterator

import pytest

from tests.base_de_donnees import nom_du_modele
from tests.bases_a_part import Base, creer_base, effacer_les_mortes, peupler
from tests.services_de_test import BASE


@pytest.fixture(scope="session")
def vierge(django_db_setup) -> Callable[[str], object]:
    """`with vierge("x") as base`: a fresh migrated database."""
    effacer_les_mortes()
    modele = nom_du_modele()
    return lambda nom: creer_base(f"{BASE}_{nom}", modele)


@pytest.fixture(scope="session")
def reseau(vierge) -> Iterator[Base]:
    """Twenty points over two years, three thousand visits: every kind of point, three overseas."""
    with vierge("reseau") as base:
        essai = peupler(base)
        assert essai.returncode == 0, essai.stderr
        yield base
