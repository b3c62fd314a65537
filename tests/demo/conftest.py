"""Databases for `peupler`, which commits, and refuses one already filled."""

from collections.abc import Callable, Iterator

import pytest

from tests.bases_a_part import MODELE, Base, creer_base, effacer_les_mortes, peupler
from tests.services_de_test import BASE


@pytest.fixture(scope="session")
def modele(django_db_setup) -> Iterator[Base]:
    """A migrated database that nothing else opens: the others are copies of it."""
    effacer_les_mortes()
    with creer_base(MODELE) as base:
        essai = base.manage("migrate", "-v0", DATABASE_URL=base.url)
        assert essai.returncode == 0, essai.stderr
        yield base


@pytest.fixture(scope="session")
def vierge(modele) -> Callable[[str], object]:
    """`with vierge("x") as base`: a fresh migrated database."""
    return lambda nom: creer_base(f"{BASE}_{nom}", MODELE)


@pytest.fixture(scope="session")
def reseau(vierge) -> Iterator[Base]:
    """Twenty points over two years, three thousand visits: every kind of point, three overseas."""
    with vierge("reseau") as base:
        essai = peupler(base)
        assert essai.returncode == 0, essai.stderr
        yield base
