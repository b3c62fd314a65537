"""A real Celery worker on the run's database and Redis number; beat where a test asks for it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings

RACINE = Path(__file__).resolve().parents[1]


def attendre(condition: Callable[[], Any], delai: float = 15, pas: float = 0.05) -> Any:
    """Poll until the condition holds and return what it gave; AssertionError after `delai` seconds."""
    limite = time.monotonic() + delai
    while not (valeur := condition()):
        assert time.monotonic() < limite, f"rien après {delai} s"
        time.sleep(pas)
    return valeur


@contextmanager
def _celery(journal: Path, *arguments: str) -> Iterator[subprocess.Popen]:
    with journal.open("ab") as sortie:
        processus = subprocess.Popen(
            # Dies with the run, even when that is killed.
            ["setpriv", "--pdeathsig", "QUIT", sys.executable, "-m", "celery", "-A", "pimms", *arguments],
            cwd=RACINE,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "pimms.settings"},
            stdin=subprocess.DEVNULL,
            stdout=sortie,
            stderr=sortie,
            start_new_session=True,
        )
    try:
        yield processus
    finally:
        if processus.poll() is None:
            processus.send_signal(signal.SIGTERM)
        try:
            processus.wait(8)
        except subprocess.TimeoutExpired:
            os.killpg(processus.pid, signal.SIGKILL)
            processus.wait()


def _a_ecrit(processus: subprocess.Popen, journal: Path, mot: str) -> bool:
    texte = journal.read_text(encoding="utf-8", errors="replace")
    assert processus.poll() is None, texte[-2000:]
    return mot in texte


@pytest.fixture(scope="module")
def ouvrier(django_db_setup, tmp_path_factory) -> Iterator[Path]:
    """A worker on all queues for this module's tests, which need `transactional_db`; its log's path.

    The run's Redis number is emptied first: no task of an earlier test is carried out.
    """
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
    journal = tmp_path_factory.mktemp("ouvrier") / "ouvrier.log"
    arguments = ["worker", "-Q", "courant,exports,rapports", "-c", "2", "-l", "INFO"]
    arguments += ["-n", f"essai-{os.getpid()}@%h", "--without-gossip", "--without-mingle"]
    with _celery(journal, *arguments) as processus:
        attendre(lambda: _a_ecrit(processus, journal, " ready."), 30)
        yield journal


@pytest.fixture
def batteur(ouvrier, transactional_db, tmp_path) -> Iterator[Path]:
    """Beat beside the worker, for one test; its log's path."""
    journal = tmp_path / "beat.log"
    with _celery(journal, "beat", "-l", "INFO", "-s", str(tmp_path / "horaire"), "--pidfile=") as processus:
        attendre(lambda: _a_ecrit(processus, journal, "beat: Starting"), 30)
        yield journal
