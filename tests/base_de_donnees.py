"""The run's own database: made and migrated by the owner, used by the tests as `pimms_app`.

Tests of real transactions cannot be emptied by the application's role, which may neither delete nor
truncate some tables; the owner does it, and puts back the rows that migrations had brought.
"""

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dj_database_url
import psycopg2
from django.core.management import call_command
from django.db import connection
from psycopg2 import sql

from tests.services_de_test import BASE, course_morte

RACINE = Path(__file__).resolve().parents[1]
VERROU = 20_260_101  # advisory lock of those who look for the model or make it
REFERENCE = "reference"  # schema of the copies of what the migrations brought


def url_proprietaire() -> str:
    """Address of the run's database for the role that owns it."""
    return os.environ["DATABASE_URL_PROPRIETAIRE"]


@contextmanager
def _admin() -> Iterator:
    lien = psycopg2.connect(os.environ["PIMMS_BASE_ADMIN"])
    lien.autocommit = True
    try:
        with lien.cursor() as curseur:
            yield curseur
    finally:
        lien.close()


@contextmanager
def a_couper(secondes: float) -> Iterator[Callable[[], None]]:
    """What ends this process's connection to the run's database, and lets nobody in for that long."""
    ordre = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS %s").format(sql.Identifier(BASE))

    def admettre(oui: bool) -> None:
        with _admin() as curseur:
            curseur.execute(ordre, [oui])

    retour = threading.Timer(secondes, admettre, [True])

    def couper() -> None:
        autre = connection.copy()  # the admin's role may not end those of the application's
        with connection.cursor() as curseur, autre.cursor() as ailleurs:
            curseur.execute("SELECT pg_backend_pid()")
            admettre(False)
            retour.start()
            ailleurs.execute("SELECT pg_terminate_backend(%s, 5000)", curseur.fetchone())
        autre.close()

    try:
        yield couper
    finally:
        if retour.is_alive():
            retour.join()


def creer() -> None:
    """Create the migrated database, from the model that an earlier run left where nothing changed since."""
    with _admin() as curseur:
        _effacer_les_mortes(curseur)
        curseur.execute("SELECT pg_advisory_lock(%s)", [VERROU])  # released with the connection
        modele = nom_du_modele()
        curseur.execute("SELECT FROM pg_database WHERE datname = %s", [modele])
        if curseur.rowcount:
            _creer(curseur, BASE, modele)
        else:
            _creer(curseur, BASE)
            with comme_proprietaire():
                call_command("migrate", verbosity=0, interactive=False)
            _creer(curseur, modele, BASE)


def nom_du_modele() -> str:
    """Name of the migrated database that runs copy: it tells all that a migration reads."""
    lus = {
        fichier
        for application in ("accueil", "mediation", "qualite", "pimms/socle")
        for motif in ("migrations/*.py", "models/*.py", "models.py", "donnees/*", "referentiels/*", "*.yaml")
        for fichier in (RACINE / application).glob(motif)
    }
    somme = hashlib.sha256()
    for fichier in sorted(lus | {RACINE / "uv.lock", RACINE / "qualite/catalogue.py"}):
        somme.update(f"{fichier.name}\n".encode() + fichier.read_bytes())
    return f"modele_pimms_{somme.hexdigest()[:16]}"


def _creer(curseur, base: str, modele: str = "template1") -> None:
    """Create a database that only the application's role and the owner may enter."""
    for requete in (
        "CREATE DATABASE {} TEMPLATE {}",
        "REVOKE ALL ON DATABASE {} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {} TO pimms_app",
    ):
        noms = (base, modele) if "TEMPLATE" in requete else (base,)
        curseur.execute(sql.SQL(requete).format(*map(sql.Identifier, noms)))


def _effacer_les_mortes(curseur) -> None:
    """Drop the databases of runs that were killed, and the models of before, on servers of our own."""
    if not os.environ["PIMMS_BASE_EMBARQUEE"]:
        return
    curseur.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test_pimms_%'")
    for (base,) in curseur.fetchall():
        if base == BASE or course_morte(base):
            _supprimer(curseur, base)
    curseur.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'modele_pimms_%%' AND datname <> %s",
        [nom_du_modele()],
    )
    for (base,) in curseur.fetchall():
        _supprimer(curseur, base)


def supprimer() -> None:
    """Drop the database at the end of the run."""
    with _admin() as curseur:
        _supprimer(curseur, BASE)


def _supprimer(curseur, base: str) -> None:
    """Drop, waiting up to 5 s for the last session of a stopped worker or server to end."""
    limite = time.monotonic() + 5
    while True:
        try:
            curseur.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(base)))
        except psycopg2.errors.ObjectInUse:
            if time.monotonic() > limite:
                raise
            time.sleep(0.05)
        else:
            return


@contextmanager
def comme_proprietaire() -> Iterator[None]:
    """Django's own connection as the owner, for commands such as `migrate` and `peupler`."""
    proprietaire = dj_database_url.parse(url_proprietaire())
    cles = ("USER", "PASSWORD", "HOST", "PORT")
    application = {cle: connection.settings_dict[cle] for cle in cles}
    connection.close()
    connection.settings_dict.update({cle: proprietaire[cle] for cle in cles})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(application)


class Nettoyage:
    """Brings the database back to its state after the migrations, through the owner's connection."""

    def __init__(self) -> None:
        self.lien = psycopg2.connect(url_proprietaire())
        with self.lien, self.lien.cursor() as curseur:
            curseur.execute("SET lock_timeout = '10s'")
            curseur.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " AND relkind = 'r' AND relname <> 'django_migrations' ORDER BY 1"
            )
            self.tables = [nom for (nom,) in curseur.fetchall()]
            self.references = self._copier(curseur)

    def fermer(self) -> None:
        """Close the owner's connection."""
        self.lien.close()

    def _copier(self, curseur) -> dict[str, tuple]:
        """Keep a copy and a fingerprint of each table that the migrations filled."""
        curseur.execute(f"CREATE SCHEMA {REFERENCE}")
        remplies = self._remplies(curseur, self.tables)
        for table in remplies:
            curseur.execute(
                sql.SQL("CREATE TABLE {} AS TABLE {}").format(
                    sql.Identifier(REFERENCE, table), sql.Identifier("public", table)
                )
            )
        return {table: self._empreinte(curseur, table) for table in remplies}

    @staticmethod
    def _remplies(curseur, tables: list[str]) -> list[str]:
        """Those of these tables that hold rows."""
        if not tables:
            return []
        questions = [
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(t), sql.Identifier(t))
            for t in tables
        ]
        curseur.execute(sql.SQL(" UNION ALL ").join(questions))
        return [nom for (nom,) in curseur.fetchall()]

    @staticmethod
    def _empreinte(curseur, table: str) -> tuple:
        curseur.execute(
            sql.SQL("SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {} t").format(
                sql.Identifier(table)
            )
        )
        return curseur.fetchone()

    def vider(self) -> None:
        """Delete what a test wrote and put back what it changed of the migrations' rows."""
        for essai in range(3):
            try:
                with self.lien, self.lien.cursor() as curseur:
                    self._vider(curseur)
            except psycopg2.errors.DeadlockDetected:
                if essai == 2:
                    raise
            else:
                return

    def _vider(self, curseur) -> None:
        ecrites = self._remplies(curseur, [t for t in self.tables if t not in self.references])
        changees = [t for t, e in self.references.items() if self._empreinte(curseur, t) != e]
        declencheurs = self._declencheurs(curseur, ecrites + changees)
        self._basculer(curseur, "DISABLE", declencheurs)
        if ecrites:
            # One statement: keys that are checked at its end then see every table empty.
            effacements = [
                sql.SQL("{} AS (DELETE FROM {})").format(sql.Identifier(f"e{n}"), sql.Identifier(table))
                for n, table in enumerate(ecrites)
            ]
            curseur.execute(sql.SQL("WITH {} SELECT 1").format(sql.SQL(", ").join(effacements)))
        for table in changees:
            self._remettre(curseur, table)
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")  # ALTER TABLE refuses pending checks
        self._basculer(curseur, "ENABLE", declencheurs)

    @staticmethod
    def _declencheurs(curseur, tables: list[str]) -> list[tuple[str, str, str]]:
        """(table, trigger, ALWAYS or nothing) of the active triggers that are not PostgreSQL's own."""
        curseur.execute(
            "SELECT tgrelid::regclass::text, tgname, CASE tgenabled WHEN 'A' THEN 'ALWAYS' ELSE '' END"
            " FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
            " AND tgrelid = ANY(%s::regclass[])",
            [tables],
        )
        return curseur.fetchall()

    @staticmethod
    def _basculer(curseur, verbe: str, declencheurs: list[tuple[str, str, str]]) -> None:
        for table, nom, toujours in declencheurs:
            mode = toujours if verbe == "ENABLE" else ""
            curseur.execute(
                sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(
                    sql.Identifier(table), sql.SQL(f"{verbe} {mode}"), sql.Identifier(nom)
                )
            )

    @staticmethod
    def _remettre(curseur, table: str) -> None:
        """Replace the rows that differ from the copy, by key, leaving the others where they are."""
        curseur.execute(
            "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
            " AND a.attnum = ANY(i.indkey) WHERE i.indrelid = %s::regclass AND i.indisprimary",
            [table],
        )
        cles = [nom for (nom,) in curseur.fetchall()]
        curseur.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = ''",
            [table],
        )
        colonnes = [nom for (nom,) in curseur.fetchall()]
        noms = {
            "t": sql.Identifier(table),
            "r": sql.Identifier(REFERENCE, table),
            "cles": sql.SQL(", ").join(map(sql.Identifier, cles)),
            "colonnes": sql.SQL(", ").join(map(sql.Identifier, colonnes)),
            "valeurs": sql.SQL(", ").join(
                sql.SQL("{0} = excluded.{0}").format(sql.Identifier(c)) for c in colonnes
            ),
        }
        curseur.execute(
            sql.SQL("DELETE FROM {t} WHERE ({cles}) NOT IN (SELECT {cles} FROM {r})").format(**noms)
        )
        curseur.execute(
            sql.SQL(
                "INSERT INTO {t} ({colonnes}) OVERRIDING SYSTEM VALUE SELECT {colonnes} FROM {r}"
                " ON CONFLICT ({cles}) DO UPDATE SET {valeurs}"
            ).format(**noms)
        )
