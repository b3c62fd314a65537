"""Servers of the test run: an instance apart from the demo's, a database and a Redis number of its own."""

import atexit
import os
import re
import shutil
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from pimms.services import TESTS, services_embarques
from pimms.services.verrous import essayer

BASE = f"test_pimms_{os.getpid()}"
_pile = ExitStack()


def avec_base(url: str, base: str) -> str:
    """The same address with another database name or number."""
    return urlsplit(url)._replace(path=f"/{base}").geturl()


def _numero_redis() -> int:
    """A Redis database that no other run holds; released by the end of this process."""
    for numero in range(1, 16):
        if essayer(TESTS.etat(f"redis-base-{numero}")) is not None:
            return numero
    raise RuntimeError("Quinze essais tournent déjà.")


def demarrer() -> None:
    """Start or join the servers, and put the run's own addresses in the environment.

    A process of pytest-xdist joins those of its run, and has a database, a Redis number and a folder
    of its own.
    """
    ouvrier = os.environ.get("PYTEST_XDIST_WORKER", "")
    if os.environ.get("PIMMS_COURSE") == ouvrier:
        return  # a child of the run
    if "PIMMS_COURSE" in os.environ:
        env, admin = os.environ.copy(), os.environ["PIMMS_BASE_ADMIN"]
    else:
        os.environ["PIMMS_BASE_EMBARQUEE"] = "" if "DATABASE_URL" in os.environ else "1"
        TESTS.creer()
        env = _pile.enter_context(services_embarques(TESTS))
        admin = env["DATABASE_URL_PROPRIETAIRE"]
    atexit.register(_pile.close)
    dossier = TESTS.dossier / f"course-{os.getpid()}"
    for nom in ("static", "fichiers"):
        (dossier / nom).mkdir(parents=True, exist_ok=True)
    _pile.callback(shutil.rmtree, dossier, ignore_errors=True)
    os.environ |= {
        "PIMMS_COURSE": ouvrier,
        "PIMMS_BASE_ADMIN": admin,
        "PIMMS_DEMO": "1",
        "SECRET_KEY": "tests-" + "0" * 50,
        "DATABASE_URL": avec_base(env["DATABASE_URL"], BASE),
        "DATABASE_URL_PROPRIETAIRE": avec_base(env["DATABASE_URL_PROPRIETAIRE"], BASE),
        "REDIS_URL": avec_base(env["REDIS_URL"], str(_numero_redis())),
        "STATIC_ROOT": str(dossier / "static"),
        "FICHIERS": str(dossier / "fichiers"),
    }


def course_morte(base: str) -> bool:
    """Whether a test database was left by a run of this machine that is no more."""
    trouve = re.fullmatch(r"test_pimms_(\d+)", base)
    return bool(trouve) and not Path(f"/proc/{trouve[1]}").exists()
