"""Migrated databases apart from the run's own, for commands that commit, and the commands run on them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

from tests.services_de_test import avec_base, course_morte

RACINE = Path(__file__).resolve().parents[1]


@dataclass
class Base:
    """A database of its own: run commands on it, ask it questions as its owner."""

    nom: str

    @property
    def url(self) -> str:
        return avec_base(os.environ["PIMMS_BASE_ADMIN"], self.nom)

    def manage(self, *arguments: str, **env: str) -> subprocess.CompletedProcess:
        """Run a command of manage.py; its outcome, with output and errors as text."""
        adresses = {
            "DATABASE_URL": avec_base(os.environ["DATABASE_URL"], self.nom),
            "DATABASE_URL_PROPRIETAIRE": self.url,
            "DJANGO_SETTINGS_MODULE": "pimms.settings",
        }
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=RACINE,
            env=os.environ | adresses | env,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )

    def lignes(self, question: str | sql.Composable, *valeurs: object) -> list[tuple]:
        with closing(psycopg2.connect(self.url)) as lien, lien.cursor() as curseur:
            curseur.execute(question, valeurs or None)
            return curseur.fetchall()

    def valeur(self, question: str | sql.Composable, *valeurs: object):
        return self.lignes(question, *valeurs)[0][0]


def _admin(ordre: str, nom: str, *autres: str) -> None:
    with closing(psycopg2.connect(os.environ["PIMMS_BASE_ADMIN"])) as lien:
        lien.autocommit = True
        with lien.cursor() as curseur:
            curseur.execute(sql.SQL(ordre).format(*map(sql.Identifier, (nom, *autres))))


def effacer_les_mortes() -> None:
    """Databases left by runs that were killed."""
    with closing(psycopg2.connect(os.environ["PIMMS_BASE_ADMIN"])) as lien, lien.cursor() as curseur:
        curseur.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test_pimms_%\\_%'")
        noms = [nom for (nom,) in curseur.fetchall()]
    for nom in noms:
        if course_morte("_".join(nom.split("_")[:3])):
            _admin("DROP DATABASE IF EXISTS {}", nom)


@contextmanager
def creer_base(nom: str, *modele: str) -> Iterator[Base]:
    """A database for a block, empty or copied from `modele`, which nobody may have open."""
    _admin("DROP DATABASE IF EXISTS {}", nom)
    _admin("CREATE DATABASE {} TEMPLATE {}" if modele else "CREATE DATABASE {}", nom, *modele)
    try:
        yield Base(nom)
    finally:
        _admin("DROP DATABASE IF EXISTS {}", nom)


def peupler(base: Base, **options: str) -> subprocess.CompletedProcess:
    """Run `peupler` with small sizes, options overriding."""
    tailles = {"points": "22", "annees": "2", "visites": "3000", "graine": "3", "jusqu_au": "2026-06-15"}
    arguments = [f"--{nom.replace('_', '-')}={valeur}" for nom, valeur in (tailles | options).items()]
    return base.manage("peupler", *arguments)
