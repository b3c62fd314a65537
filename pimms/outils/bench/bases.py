"""Databases of the bench: made once by `peupler`, kept for the next run, dropped by `make bench-nettoyer`."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

RACINE = Path(__file__).resolve().parents[3]
PREFIXE = "pimms_banc_"
RESEAU = {"points": 68, "annees": 10, "graine": 7}  # the same network in both, whatever the visits


def avec_base(variable: str, nom: str) -> str:
    """The address in that variable with another database."""
    return urlsplit(os.environ[variable])._replace(path=f"/{nom}").geturl()


@dataclass(frozen=True)
class Base:
    """A filled database. `reference` is the day on which its people are in post."""

    nom: str
    visites: int
    reference: date

    @property
    def env(self) -> dict[str, str]:
        """Environment of a process that works on this database."""
        return environnement(self.nom)

    def lignes(self, question: str, valeurs: Mapping | Sequence | None = None) -> list[tuple]:
        """Ask it, as its owner."""
        with _curseur(self.nom) as curseur:
            curseur.execute(question, valeurs)
            return curseur.fetchall()


def environnement(nom: str) -> dict[str, str]:
    """Environment of a process that works on that database."""
    adresses = {v: avec_base(v, nom) for v in ("DATABASE_URL", "DATABASE_URL_PROPRIETAIRE")}
    return os.environ | adresses | {"DJANGO_SETTINGS_MODULE": "pimms.outils.bench.reglages"}


@contextmanager
def _curseur(nom: str) -> Iterator:
    with closing(psycopg2.connect(avec_base("DATABASE_URL_PROPRIETAIRE", nom))) as lien:
        lien.autocommit = True
        with lien.cursor() as curseur:
            yield curseur


@contextmanager
def _admin() -> Iterator:
    with closing(psycopg2.connect(os.environ["DATABASE_URL_PROPRIETAIRE"])) as lien:
        lien.autocommit = True
        with lien.cursor() as curseur:
            yield curseur


def manage(nom: str, *arguments: str, **env: str) -> None:
    """Run a command of manage.py on a database; CalledProcessError when it fails."""
    commande = [sys.executable, "manage.py", *arguments]
    subprocess.run(commande, cwd=RACINE, env=environnement(nom) | env, check=True)  # noqa: S603


def supprimer(nom: str) -> None:
    """Drop a database of the bench."""
    with _admin() as curseur:
        curseur.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(nom)))


def nettoyer() -> list[str]:
    """Drop all databases of the bench; their names."""
    with _admin() as curseur:
        curseur.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIXE])
        noms = [nom for (nom,) in curseur.fetchall()]
    for nom in noms:
        supprimer(nom)
    return noms


def migrer(nom: str) -> None:
    """Bring a database to the last migration, as its owner."""
    manage(nom, "migrate", "-v0", DATABASE_URL=avec_base("DATABASE_URL_PROPRIETAIRE", nom))


def remplir(nom: str, visites: int, reference: date, **tailles: int) -> float:
    """Make the database anew and fill it; the seconds that `peupler` took."""
    supprimer(nom)
    with _admin() as curseur:
        curseur.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(nom)))
    migrer(nom)
    options = RESEAU | tailles | {"visites": visites}
    debut = time.monotonic()
    manage(nom, "peupler", f"--jusqu-au={reference}", *(f"--{o}={v}" for o, v in options.items()))
    secondes = time.monotonic() - debut
    _signer(nom)
    return secondes


@contextmanager
def copie(base: Base, nom: str) -> Iterator[Base]:
    """A copy for a block: measures that write leave the original as it was."""
    nom = PREFIXE + nom
    supprimer(nom)
    with _admin() as curseur:
        modele = sql.Identifier(base.nom)
        curseur.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(nom), modele))
    try:
        yield Base(nom, base.visites, base.reference)
    finally:
        supprimer(nom)


def _signature() -> str:
    """Changes with the migrations and with the code that makes up the network."""
    empreinte = hashlib.sha256()
    for motif in ("*/migrations/*.py", "pimms/socle/migrations/*.py", "pimms/demo/**/*"):
        for chemin in sorted(c for c in RACINE.glob(motif) if c.suffix in {".py", ".csv", ".txt"}):
            empreinte.update(chemin.read_bytes())
    return empreinte.hexdigest()


def _signer(nom: str) -> None:
    with _admin() as curseur:
        base, texte = sql.Identifier(nom), sql.Literal(_signature())
        curseur.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(base, texte))


def _est_signee(nom: str) -> bool:
    with _admin() as curseur:
        curseur.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [nom]
        )
        ligne = curseur.fetchone()
    return ligne is not None and ligne[0] == _signature()


def _contenu(nom: str) -> tuple[int, date] | None:
    """Visits and day of reference of a database filled before by today's code."""
    if not _est_signee(nom):
        return None
    with _curseur(nom) as curseur:
        curseur.execute("SELECT apres FROM socle_entreejournal WHERE acte = 'peupler'")
        (apres,) = curseur.fetchone()
    if any(apres[cle] != valeur for cle, valeur in RESEAU.items()):
        return None
    return apres["visites"], date.fromisoformat(apres["reference"])


def obtenir(nom: str, visites: int, reference: date | None = None) -> Base:
    """The database with that many visits, reused when it fits (and the day too, when one is given)."""
    nom = PREFIXE + nom
    contenu = _contenu(nom)
    if contenu and contenu[0] == visites and reference in (None, contenu[1]):
        return Base(nom, *contenu)
    jour = reference or date.today()
    remplir(nom, visites, jour)
    return Base(nom, visites, jour)
