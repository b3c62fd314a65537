"""Reports through faults of real processes: each one asked for is there once, without a hand on it."""

import contextlib
import hashlib
import os
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from http.client import HTTPConnection
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from pimms.services.lieux import Instance
from pimms.services.postgres import Postgres
from tests.epreuves.demo_a_part import Demo, demo_a_part
from tests.epreuves.gestes import attendre, ecoute, poster

PRISE_VIEILLIE = 480  # seconds: a claim is taken over after six minutes, by the next beat
UNE_MINUTE_APRES = 240  # seconds: the next beat, then the work itself on a machine that does other things
PLACE = 8 * 1024 * 1024  # bytes of the disk that is filled
EN_PAGE = 2  # the step that lays out


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[Demo]:
    with demo_a_part(tmp_path_factory.mktemp("pannes-rapports") / "demo") as demo:
        # What the demo asked for itself.
        attendre(lambda: not _restent(demo), 300)
        yield demo


@pytest.fixture(scope="module")
def union(demo) -> list[str]:
    return [demo.session_de("union@exemple.fr")]


def _restent(demo: Demo) -> int:
    return demo.lignes("SELECT count(*) FROM qualite_rapport WHERE etat IN ('demande', 'en_cours')")[0][0]


def _demander(demo: Demo, union, sujets: list[str]) -> list[int]:
    """Ask for an audit file about each of these as the union does; keys of the rows."""
    dernier = demo.lignes("SELECT coalesce(max(id), 0) FROM qualite_rapport")[0][0]
    for sujet in sujets:
        champs = {"cle": uuid.uuid4(), "genre": "dossier", "sujet": sujet, "au": date.today().isoformat()}
        assert poster(demo, union, "/qualite/rapports/nouveau/", champs) == 302
    pris = demo.lignes("SELECT id FROM qualite_rapport WHERE id > %s ORDER BY id", [dernier])
    assert len(pris) == len(sujets)
    return [pk for (pk,) in pris]


def _met_en_page(demo: Demo) -> bool:
    etapes = demo.lignes("SELECT etape FROM qualite_rapport WHERE etat = 'en_cours'")
    return any(etape == EN_PAGE for (etape,) in etapes)


def _chacun_une_fois(demo: Demo, union, demandes: list[int], secondes: float) -> None:
    """Wait, then read each file as the union does: it is the one that was signed."""

    def finis() -> bool:
        try:
            return not _restent(demo)
        except psycopg2.OperationalError:
            return False

    attendre(finis, secondes)
    lus = demo.lignes(
        "SELECT r.id, r.etat, r.erreur, f.empreinte FROM qualite_rapport r"
        " LEFT JOIN qualite_fichierrapport f ON f.rapport_id = r.id WHERE r.id = ANY(%s) ORDER BY r.id",
        [demandes],
    )
    assert [(pk, etat, erreur) for pk, etat, erreur, _ in lus] == [(pk, "pret", "") for pk in demandes]
    for pk, _, _, empreinte in lus:
        assert hashlib.sha256(_telecharger(demo, union, pk)).hexdigest() == empreinte
    main = "SELECT count(*) FROM socle_entreejournal WHERE objet = 'rapport' AND acte = 'relancer'"
    assert demo.lignes(main) == [(0,)]


def _telecharger(demo: Demo, union, pk: int) -> bytes:
    with closing(HTTPConnection("127.0.0.1", demo.port, timeout=30)) as lien:
        lien.request("GET", f"/qualite/rapports/{pk}/fichier/", headers={"Cookie": f"sessionid={union[0]}"})
        return lien.getresponse().read()


def _ouvriers(demo: Demo) -> list[psutil.Process]:
    """The reports' worker of this demo and its children."""
    chefs = [p for p in psutil.Process(demo.processus.pid).children(recursive=True) if _fait_des_rapports(p)]
    assert chefs
    return chefs


def _fait_des_rapports(processus: psutil.Process) -> bool:
    try:
        return "rapports@%h" in " ".join(processus.cmdline())
    except psutil.NoSuchProcess:  # ended since it was listed
        return False


@pytest.mark.epreuve
def test_redis_stopped_and_emptied_loses_no_report(demo, union):
    demandes = _demander(demo, union, ["point-LYO-GER", "reseau", "point-LYO-GER"])
    ecoute(demo.env["REDIS_URL"]).kill()
    client = redis.Redis.from_url(demo.env["REDIS_URL"])
    attendre(lambda: _vider(client))
    _chacun_une_fois(demo, union, demandes, UNE_MINUTE_APRES)


def _vider(client: redis.Redis) -> bool:
    try:
        return bool(client.flushall())
    except redis.ConnectionError:
        return False


@pytest.mark.epreuve
def test_the_database_killed_in_mid_render_loses_no_report(demo, union):
    demandes = _demander(demo, union, ["reseau", "point-LYO-GER"])
    attendre(lambda: _met_en_page(demo))
    os.kill(ecoute(demo.env["DATABASE_URL"]).pid, signal.SIGKILL)
    _chacun_une_fois(demo, union, demandes, UNE_MINUTE_APRES)


@pytest.mark.epreuve
def test_a_full_disk_loses_no_report_however_long_it_lasts(demo, union):
    """The files' table is put on a disk of its own, which is filled; the write-ahead log is not on it."""
    with _disque(demo) as disque:
        lest = disque / "lest"
        _remplir(lest)
        demandes = _demander(demo, union, ["point-LYO-GER", "reseau"])
        time.sleep(150)  # as many tries as would have used three up
        etats = demo.lignes("SELECT DISTINCT etat FROM qualite_rapport WHERE id = ANY(%s)", [demandes])
        assert {e for (e,) in etats} <= {"demande", "en_cours"}
        lest.unlink()
        _chacun_une_fois(demo, union, demandes, UNE_MINUTE_APRES)


def _remplir(lest: Path) -> None:
    with lest.open("wb", buffering=0) as fichier, contextlib.suppress(OSError):
        while fichier.write(b"0" * 4096):
            pass
    assert os.statvfs(lest).f_bavail == 0


@contextmanager
def _disque(demo: Demo) -> Iterator[Path]:
    """A small disk that holds the table of signed files, for a block."""
    postgres = Postgres(Instance("demo", Path(demo.env["PIMMS_VAR"])))
    lieu = Path(tempfile.mkdtemp(dir="/dev/shm"))
    lieu.chmod(0o755)
    compte = postgres.compte.pw_uid if postgres.compte else os.getuid()
    options = f"size={PLACE},uid={compte},mode=755"
    monte = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(lieu)], check=False)
    if monte.returncode:
        pytest.skip("this account may not mount a disk to fill")
    table = lieu / "table"
    table.mkdir(mode=0o700)
    os.chown(table, compte, -1)
    port = int(demo.env["DATABASE_URL"].rpartition(":")[2].partition("/")[0])
    adresse = postgres.url("postgres", port=port)
    try:
        _ordonner(adresse, f"CREATE TABLESPACE petit LOCATION '{table}'")
        _ordonner(adresse, "ALTER TABLE qualite_fichierrapport SET TABLESPACE petit")
        yield lieu
        _ordonner(adresse, "ALTER TABLE qualite_fichierrapport SET TABLESPACE pg_default")
        _ordonner(adresse, "DROP TABLESPACE petit")
    finally:
        subprocess.run(["umount", "-l", str(lieu)], check=True)
        lieu.rmdir()


def _ordonner(adresse: str, ordre: str) -> None:
    with closing(psycopg2.connect(adresse)) as lien:
        lien.autocommit = True
        with lien.cursor() as curseur:
            curseur.execute(ordre)


@pytest.mark.epreuve
def test_the_worker_killed_in_mid_render_loses_no_report(demo, union):
    demandes = _demander(demo, union, ["reseau", "point-LYO-GER"])
    attendre(lambda: _met_en_page(demo))
    for ouvrier in _ouvriers(demo):
        ouvrier.kill()
    _chacun_une_fois(demo, union, demandes, PRISE_VIEILLIE)
    repris = demo.lignes("SELECT max(essais) FROM qualite_rapport WHERE id = ANY(%s)", [demandes])
    assert repris == [(2,)]
