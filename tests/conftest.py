"""Fixtures of every test: the run's database, the worker, the browser, and the cast."""

import gc

import django.test
import psycopg2
import pytest
from hypothesis import HealthCheck, settings

from tests import base_de_donnees
from tests.base_de_donnees import Nettoyage

pytest_plugins = ["tests.distribution", "tests.ouvrier", "tests.chromium"]

# On loaded cores an example takes long for no fault of its own. The rest is hypothesis's own choice.
settings.register_profile("essais", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("essais")

PERDU = ["Protocol error", "Page crashed", "Target crashed"]  # words of the browser about itself


def pytest_collection_modifyitems(items):
    """Try a test again, once, when the browser lost its page; an expectation that fails never is."""
    for item in items:
        if item.get_closest_marker("navigateur"):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=PERDU))


def pytest_collection_finish():
    """Leave what was loaded, and the tests themselves, out of each later search for cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 10)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """Replace pytest-django's: the owner makes the database, the tests use it as `pimms_app`."""
    with django_db_blocker.unblock():
        base_de_donnees.creer()
    nettoyage = Nettoyage()
    essai = pytest.MonkeyPatch()
    # Django would send TRUNCATE as the application's role, which is refused.
    essai.setattr(django.test.TransactionTestCase, "_fixture_teardown", lambda _: nettoyage.vider())
    yield
    essai.undo()
    nettoyage.fermer()
    with django_db_blocker.unblock():
        django.db.connections.close_all()
    base_de_donnees.supprimer()


@pytest.fixture
def proprietaire_de_la_base(transactional_db):
    """A psycopg2 connection as the owner (autocommit), for what the application may not do."""
    lien = psycopg2.connect(base_de_donnees.url_proprietaire())
    lien.autocommit = True
    yield lien
    lien.close()
