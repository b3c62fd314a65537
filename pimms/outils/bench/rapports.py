"""A campaign's reports, made by the worker as in production, against bare WeasyPrint on the same pages."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pimms.outils.bench.bases import RACINE, Base
from pimms.outils.bench.resultats import Ligne, Tableau
from pimms.services import BANCS

POINTS = 68
CPU_MAX, MEMOIRE_MAX, OUVRIER_MAX, COEURS_MAX = 1.15, 1.15, 1024.0, 1.5
ATTENTE_MAX = 3600  # seconds
OUVRIERS = 2
METHODE = """\
A campaign with {points} points in its sample is led to its closing by the application's own functions, then
its audit files are asked for in one click: {rapports} reports. A Celery worker with {ouvriers} processes,
started as in `make demo` (1 GiB each), makes, checks, signs and keeps them. Its
processor time is that of all its processes from start to stop, reading of facts and signature included; the
floor's, that of {ouvriers} processes at once (cores that share a processor slow each other), which lay out
the same HTML between them, with the same style sheet and fonts, by `HTML.write_pdf` as tagged PDF/A-3a,
nothing else. Peaks are those of the largest process on each side. What PostgreSQL computes to answer the
worker is told beside, and takes its part of the cores: reports wait for it.
{visites:,} visits in the database."""


@dataclass
class Cout:
    """What a process and those that it waited for cost: seconds of processor, MiB of its largest one."""

    cpu: float = 0.0
    memoire: float = 0.0


@contextmanager
def _compter(commande: list[str], env: dict[str, str]) -> Iterator[Cout]:
    """Run a command beside a block, stop it after, and tell its cost."""
    cout = Cout()
    processus = subprocess.Popen(commande, cwd=RACINE, env=env, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        yield cout
    finally:
        processus.terminate()
        _lire(processus, cout)


def _lire(processus: subprocess.Popen, cout: Cout) -> int:
    """Wait for it; the kernel adds its own children up."""
    _, statut, usage = os.wait4(processus.pid, 0)
    processus.returncode = os.waitstatus_to_exitcode(statut)
    cout.cpu, cout.memoire = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    return processus.returncode


def _appliquer(base: Base, *arguments: str) -> int:
    """Run a gesture of `campagne`; the number that it answers."""
    commande = [sys.executable, "-m", "pimms.outils.bench.campagne", *arguments]
    fait = subprocess.run(commande, cwd=RACINE, env=base.env, check=True, capture_output=True, text=True)  # noqa: S603
    return json.loads(fait.stdout)


def _attendre(base: Base) -> None:
    """Until nothing waits; a report that failed is no measure."""
    limite = time.monotonic() + ATTENTE_MAX
    reste = "SELECT count(*) FROM qualite_rapport WHERE etat IN ('demande', 'en_cours')"
    while base.lignes(reste) != [(0,)]:
        if time.monotonic() > limite:
            raise RuntimeError("les rapports ne sont pas prêts")
        time.sleep(0.5)
    if rates := base.lignes("SELECT erreur FROM qualite_rapport WHERE etat <> 'pret'"):
        raise RuntimeError(f"{len(rates)} rapports en échec : {rates[0][0]}")


def _cpu_du_serveur() -> float:
    """Seconds of processor that PostgreSQL and those of its processes that ended have used."""
    pid = (BANCS.dossier / "pg" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    champs = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, champs[11:15])) / os.sysconf("SC_CLK_TCK")


def _ouvrier() -> list[str]:
    return [
        sys.executable, "-m", "celery", "-A", "pimms", "worker", "-Q", "rapports", "-n", "banc@%h",
        "-c", str(OUVRIERS), "--max-tasks-per-child", "100", "--max-memory-per-child", "600000",
        "--without-gossip", "--without-mingle", "-l", "ERROR",
    ]  # fmt: skip


def _plancher(base: Base) -> Cout:
    """Bare WeasyPrint on the pages of all the reports."""
    with tempfile.TemporaryDirectory() as dossier:
        _appliquer(base, "pages", dossier)
        feuille = str(RACINE / "static" / "css" / "dossier.css")
        commande = [sys.executable, "-m", "pimms.outils.bench.plancher_rapports", dossier, feuille]
        lances = [
            subprocess.Popen([*commande, str(rang), str(OUVRIERS)], cwd=RACINE, env=base.env)  # noqa: S603
            for rang in range(OUVRIERS)
        ]
        couts = [Cout() for _ in lances]
        codes = [_lire(*couple) for couple in zip(lances, couts, strict=True)]
        if any(codes):
            raise RuntimeError("WeasyPrint seul a échoué")
        return Cout(sum(c.cpu for c in couts), max(c.memoire for c in couts))


def mesurer(base: Base) -> Tableau:
    """Four lines; the campaign is written, so the database must be a copy or about to go."""
    points = int(os.environ.get("BENCH_CAMPAGNE") or POINTS)
    rapports = _appliquer(base, "mener", str(points))
    avant, debut = _cpu_du_serveur(), time.monotonic()
    with _compter(_ouvrier(), base.env | {"MEMOIRE_MAX_MO": "1024"}) as cout:
        _attendre(base)
        secondes = time.monotonic() - debut
    time.sleep(1)  # the worker's connections end
    serveur = _cpu_du_serveur() - avant
    plancher = _plancher(base)
    coeurs = min(OUVRIERS, os.cpu_count() or 1)
    lignes = (
        Ligne(
            "processor time", cout.cpu / plancher.cpu, CPU_MAX, "×",
            f"{cout.cpu:.0f} s against {plancher.cpu:.0f} s; PostgreSQL: {serveur:.0f} s",
        ),
        Ligne(
            "peak memory", cout.memoire / plancher.memoire, MEMOIRE_MAX, "×",
            f"{cout.memoire:.0f} MiB against {plancher.memoire:.0f} MiB",
        ),
        Ligne("largest process of the worker", cout.memoire, OUVRIER_MAX, "MiB"),
        Ligne(
            "time, against processor time of worker and PostgreSQL on all cores",
            secondes * coeurs / (cout.cpu + serveur), COEURS_MAX, "×",
            f"{secondes:.0f} s from the first to the last report",
        ),
    )  # fmt: skip
    methode = METHODE.format(points=points, rapports=rapports, ouvriers=OUVRIERS, visites=base.visites)
    return Tableau("A campaign's reports", methode, lignes)
