"""The embedded servers: kept data, recovery after crashes, sharing, and nothing left behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest

from pimms.services import ErreurService, Instance, effacer, services_embarques
from pimms.services.environnement import Services
from pimms.services.lieux import RACINE, lire_json
from pimms.services.noyau import habitants, port_libre
from pimms.services.postgres import Postgres
from tests.ouvrier import attendre

VARIABLES = ("DATABASE_URL", "DATABASE_URL_PROPRIETAIRE", "REDIS_URL")


@pytest.fixture
def sans_adresses(monkeypatch) -> None:
    """As if the person had given no server: the run's own addresses are hidden."""
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


def _effacer(instance: Instance) -> None:
    attendre(lambda: not _vivants(instance))
    effacer(instance)


@pytest.fixture(scope="module")
def dossier(tmp_path_factory):
    """One cluster for these tests, started and stopped by each: making one takes a second."""
    dossier = tmp_path_factory.mktemp("services") / "var"
    yield dossier
    _effacer(Instance("essai", dossier))


@pytest.fixture
def instance(sans_adresses, dossier) -> Instance:
    instance = Instance("essai", dossier)
    instance.creer()
    return instance


@pytest.fixture
def instance_neuve(sans_adresses, tmp_path):
    instance = Instance("essai", tmp_path / "var", durable=False)
    instance.creer()
    yield instance
    _effacer(instance)


@contextmanager
def _connexion(url: str):
    lien = psycopg2.connect(url, connect_timeout=5)
    lien.autocommit = True
    try:
        with lien.cursor() as curseur:
            yield curseur
    finally:
        lien.close()


def _lire(url: str, requete: str) -> list[tuple]:
    with _connexion(url) as curseur:
        curseur.execute(requete)
        return curseur.fetchall()


def _vivants(instance: Instance) -> list[int]:
    """Processes of this instance: those in its data folders and its keepers."""
    dossiers = (Postgres(instance).dossier_donnees(), instance.dossier / "redis")
    gardiens = [e["gardien"] for n in ("postgres", "redis") if (e := lire_json(instance.etat(f"{n}.json")))]
    return [p for d in dossiers for p in habitants(d)] + [p for p in gardiens if _vit(p)]


def _vit(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()  # a zombie only waits to be counted
    except FileNotFoundError:
        return False


def _postmaster(instance: Instance) -> int:
    return int((Postgres(instance).dossier_donnees() / "postmaster.pid").read_text().splitlines()[0])


def _repond(url: str) -> bool:
    try:
        return bool(_lire(url, "SELECT 1"))
    except psycopg2.OperationalError:
        return False


def _noter(url_proprietaire: str) -> None:
    with _connexion(url_proprietaire) as curseur:
        curseur.execute("DROP TABLE IF EXISTS memoire")
        curseur.execute("CREATE TABLE memoire AS SELECT 42 AS valeur")


def _exec(instance: Instance, *commande: str, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "pimms.services", "exec",
         "--dossier", str(instance.dossier), "--", *commande],
        cwd=RACINE, text=True, stdout=subprocess.PIPE, **options,
    )  # fmt: skip


def test_both_servers_answer_and_are_gone_after_the_block(instance):
    with services_embarques(instance) as env:
        assert _lire(env["DATABASE_URL"], "SELECT current_user") == [("pimms_app",)]
        assert _lire(env["DATABASE_URL_PROPRIETAIRE"], "SELECT current_user") == [("pimms",)]
        assert _vivants(instance)
    attendre(lambda: not _vivants(instance))


def test_the_second_start_finds_the_data_and_the_same_addresses(instance):
    with services_embarques(instance) as premier:
        _noter(premier["DATABASE_URL_PROPRIETAIRE"])
    with services_embarques(instance) as second:
        assert _lire(second["DATABASE_URL_PROPRIETAIRE"], "SELECT valeur FROM memoire") == [(42,)]
    assert second == premier


def test_the_owner_may_create_databases_and_the_application_may_only_log_in(instance):
    with services_embarques(instance) as env:
        roles = _lire(
            env["DATABASE_URL"],
            "SELECT rolname, rolcanlogin, rolcreatedb, rolcreaterole, rolsuper, rolreplication, rolbypassrls"
            " FROM pg_roles WHERE rolname LIKE 'pimms%' ORDER BY 1",
        )
        proprietaire = _lire(
            env["DATABASE_URL"], "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'pimms'"
        )
    assert roles == [
        ("pimms", True, True, False, False, False, False),
        ("pimms_app", True, False, False, False, False, False),
    ]
    assert proprietaire == [("pimms",)]


def test_the_base_sorts_by_code_point_in_utf8_and_keeps_connections_for_all(instance):
    with services_embarques(instance) as env:
        reglages = _lire(
            env["DATABASE_URL"],
            "SELECT datlocprovider::text, datlocale, pg_encoding_to_char(encoding),"
            " current_setting('max_connections')::int >= 120, current_setting('jit')"
            " FROM pg_database WHERE datname = 'pimms'",
        )
    assert reglages == [("b", "C.UTF-8", "UTF8", True, "off")]


def test_the_demos_data_survive_a_power_cut_by_fsync():
    assert Instance("demo", Path("/")).durable


def test_a_wrong_password_is_refused(instance):
    with services_embarques(instance) as env:
        faux = env["DATABASE_URL"].replace(instance.secret("pimms_app"), "deviné")
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(faux)


def test_secrets_are_for_this_account_alone(instance):
    with services_embarques(instance):
        fichiers = [*instance.etat("").glob("secret-*"), instance.dossier / "redis" / "redis.conf"]
        assert len(fichiers) == 5
        assert {oct(f.stat().st_mode & 0o777) for f in fichiers} == {"0o600"}


def test_a_killed_postmaster_is_started_again_at_the_same_address(instance):
    with services_embarques(instance) as env:
        _noter(env["DATABASE_URL_PROPRIETAIRE"])
        ancien = _postmaster(instance)
        os.kill(ancien, signal.SIGKILL)
        attendre(lambda: not _vit(ancien))
        attendre(lambda: _repond(env["DATABASE_URL"]), 20)
        assert _postmaster(instance) != ancien
        assert _lire(env["DATABASE_URL_PROPRIETAIRE"], "SELECT valeur FROM memoire") == [(42,)]


def _tuer_les_gardiens(instance: Instance) -> None:
    for nom in ("postgres", "redis"):
        os.kill(lire_json(instance.etat(f"{nom}.json"))["gardien"], signal.SIGKILL)
    attendre(lambda: not _vivants(instance))


def test_a_long_lived_user_starts_a_killed_keeper_again(instance):
    with Services(instance) as services:
        assert services.veiller() == []
        _tuer_les_gardiens(instance)
        assert len(services.veiller()) == 2
        attendre(lambda: _repond(services.env["DATABASE_URL"]))
        assert services.veiller() == []


def test_a_killed_keeper_leaves_no_server_and_the_next_start_recovers(instance):
    with services_embarques(instance) as env:
        _noter(env["DATABASE_URL_PROPRIETAIRE"])
        _tuer_les_gardiens(instance)
    with services_embarques(instance) as env:
        assert _lire(env["DATABASE_URL_PROPRIETAIRE"], "SELECT valeur FROM memoire") == [(42,)]


def test_a_pid_file_left_by_a_power_cut_does_not_stop_the_next_start(instance):
    with services_embarques(instance) as env:
        _noter(env["DATABASE_URL_PROPRIETAIRE"])
        fichier = Postgres(instance).dossier_donnees() / "postmaster.pid"
        contenu = fichier.read_text()
    # After the reboot, the recorded pid is another program's: here, the tests'.
    fichier.write_text(contenu.replace(contenu.splitlines()[0], str(os.getpid()), 1))
    with services_embarques(instance) as env:
        assert _lire(env["DATABASE_URL_PROPRIETAIRE"], "SELECT valeur FROM memoire") == [(42,)]


def test_an_interrupted_first_start_is_begun_again(instance_neuve):
    reste = Postgres(instance_neuve).dossier_donnees().with_name("pg.provisoire")
    (reste / "base").mkdir(parents=True)
    with services_embarques(instance_neuve) as env:
        assert _repond(env["DATABASE_URL"])
    assert not reste.exists()


def test_lost_secrets_are_made_anew_and_the_data_kept(instance):
    with services_embarques(instance) as ancien:
        _noter(ancien["DATABASE_URL_PROPRIETAIRE"])
    shutil.rmtree(instance.etat(""))
    instance.creer()
    with services_embarques(instance) as env:
        assert env["DATABASE_URL"] != ancien["DATABASE_URL"]
        assert _lire(env["DATABASE_URL_PROPRIETAIRE"], "SELECT valeur FROM memoire") == [(42,)]


def test_data_in_use_are_not_erased_and_idle_ones_are(instance_neuve):
    with services_embarques(instance_neuve), pytest.raises(ErreurService, match="Les services tournent"):
        effacer(instance_neuve)
    donnees = Postgres(instance_neuve).dossier_donnees()
    attendre(lambda: not _vivants(instance_neuve))
    assert donnees.exists()
    effacer(instance_neuve)
    assert not donnees.exists()


def test_two_users_share_one_server_until_the_last_leaves(instance):
    with services_embarques(instance) as env:
        autre = _exec(instance, "sh", "-c", "echo $DATABASE_URL; read attendre", stdin=subprocess.PIPE)
        assert autre.stdout.readline().strip() == env["DATABASE_URL"]
        pid = _postmaster(instance)
    assert _repond(env["DATABASE_URL"])
    assert _postmaster(instance) == pid
    autre.communicate("\n", timeout=20)
    attendre(lambda: not _vivants(instance))


def test_a_killed_user_leaves_no_process_behind(instance):
    utilisateur = _exec(instance, "sh", "-c", "echo $$; exec sleep 60")
    enfant = int(utilisateur.stdout.readline())
    assert _vivants(instance)
    utilisateur.kill()
    utilisateur.communicate(timeout=10)
    attendre(lambda: not _vivants(instance) and not _vit(enfant))


def test_exec_gives_the_commands_own_exit_code(instance):
    execution = _exec(instance, "sh", "-c", "exit 7")
    execution.communicate(timeout=30)
    assert execution.returncode == 7


def test_given_addresses_are_used_and_nothing_is_started(instance, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://a@ailleurs/x")
    monkeypatch.setenv("REDIS_URL", "redis://ailleurs/0")
    with services_embarques(instance) as env:
        assert env == {
            "DATABASE_URL": "postgresql://a@ailleurs/x",
            "DATABASE_URL_PROPRIETAIRE": "postgresql://a@ailleurs/x",
            "REDIS_URL": "redis://ailleurs/0",
        }
        assert not _vivants(instance)


def test_a_taken_port_is_replaced_by_a_free_one(instance):
    with services_embarques(instance):
        pass
    connu = lire_json(instance.etat("postgres.port"))["port"]
    with socket.create_server(("127.0.0.1", connu)), services_embarques(instance) as env:
        assert _repond(env["DATABASE_URL"])
        assert f":{connu}/" not in env["DATABASE_URL"]
    assert port_libre(connu) == connu
