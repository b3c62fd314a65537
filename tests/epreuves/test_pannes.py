"""Faults with real processes: Redis frozen or killed, PostgreSQL killed, a worker killed."""

import os
import signal
import time

import pytest

from pimms.outils.bench.saisie import formulaire
from tests.epreuves.demo_a_part import Demo, demo_a_part
from tests.epreuves.gestes import attendre, ecoute, poster


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with demo_a_part(tmp_path_factory.mktemp("pannes") / "superviseur.log") as demo:
        yield demo


@pytest.fixture(scope="module")
def session(demo):
    return demo.sessions(1)[0]


def une_visite(demo: Demo, session) -> dict:
    themes = [t for (t,) in demo.lignes("SELECT id FROM accueil_theme ORDER BY ordre LIMIT 2")]
    ((partenaire,),) = demo.lignes("SELECT id FROM accueil_partenaire WHERE nom = 'EDF'")
    return formulaire(session[1], themes, partenaire)


def comptees(demo: Demo, champs: dict) -> int:
    return demo.lignes("SELECT count(*) FROM accueil_visite WHERE cle = %s", [champs["cle"]])[0][0]


@pytest.mark.epreuve
def test_a_visit_is_logged_at_once_while_redis_is_frozen(demo, session):
    champs = une_visite(demo, session)
    redis = ecoute(demo.env["REDIS_URL"])
    redis.suspend()
    try:
        debut = time.monotonic()
        assert poster(demo, session, "/accueil/saisie/", champs) == 200
        assert time.monotonic() - debut < 3
    finally:
        redis.resume()
    assert comptees(demo, champs) == 1


@pytest.mark.epreuve
def test_an_export_asked_for_while_redis_is_frozen_is_made_afterwards(demo, session):
    redis = ecoute(demo.env["REDIS_URL"])
    redis.suspend()
    try:
        assert poster(demo, session, "/accueil/journal/exporter/", {"format": "csv"}) in (200, 204, 302)
    finally:
        redis.resume()
    pret = "SELECT 1 FROM accueil_export WHERE etat = 'pret'"
    assert attendre(lambda: demo.lignes(pret)) == [(1,)]


@pytest.mark.epreuve
def test_redis_killed_comes_back_and_health_with_it(demo, session):
    ecoute(demo.env["REDIS_URL"]).kill()
    assert poster(demo, session, "/accueil/saisie/", une_visite(demo, session)) == 200

    def saine() -> bool:
        try:
            return demo.sante()["ok"]
        except OSError:
            return False

    assert attendre(saine)


@pytest.mark.epreuve
def test_a_visit_resent_until_postgresql_is_back_is_there_once(demo, session):
    champs = une_visite(demo, session)
    os.kill(ecoute(demo.env["DATABASE_URL"]).pid, signal.SIGKILL)
    statuts = []

    def renvoyer() -> bool:
        statuts.append(poster(demo, session, "/accueil/saisie/", champs))
        return statuts[-1] == 200

    attendre(renvoyer)
    assert set(statuts) <= {200, 503}
    assert comptees(demo, champs) == 1


@pytest.mark.epreuve
def test_the_demo_stops_cleanly_after_all_that(demo):
    code, secondes = demo.arreter()
    assert (code, secondes < 10) == (0, True)
