"""`make demo`: everything on one machine, under one process that stops all it has started.

Written here rather than taken from a library: honcho stops the whole team when one process dies and
restarts none; Supervisor is a daemon that outlives its terminal and leaves its children to a `kill -9`.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from urllib.error import URLError

from pimms.services import temoin, verrous
from pimms.services.environnement import Services
from pimms.services.lieux import DEMO, RACINE, ErreurService, fin_du_journal
from pimms.services.noyau import Make, mourir_avec_le_parent, port_libre
from pimms.services.processus import Enfant, arreter, tuer_le_groupe

SANTE_MAX = 60.0  # seconds from the start of the team to a good `/sante/`
GUNICORN = "pimms/deploiement/gunicorn.conf.py"
TOUR = 0.2  # seconds between two looks at the children
MOT_DE_PASSE = "pimms-demo"
COMPTES = (
    ("médiateur", "mediateur@exemple.fr"),
    ("responsable de point", "responsable@exemple.fr"),
    ("union nationale", "union@exemple.fr"),
    ("auditeur", "auditeur@exemple.fr"),
)


class Arret(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal."""


def _demander_l_arret(*_: object) -> None:
    for numero in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(numero, signal.SIG_IGN)  # stopping is not to be interrupted
    raise Arret


def lire_port() -> int:
    """The port asked for by PORT (8000 unless given), known to be free; else ErreurService."""
    texte = os.environ.get("PORT") or "8000"
    if not texte.isdecimal() or not 1 <= int(texte) <= 65535:
        raise ErreurService(f"PORT={texte} n’est pas un port : donnez un nombre de 1 à 65535.")
    port = int(texte)
    if port_libre(port) is None:
        if port < 1024 and os.geteuid():
            raise ErreurService(f"Le port {port} est réservé à root : choisissez-en un à partir de 1024.")
        raise ErreurService(
            f"Le port {port} est déjà pris par un autre programme. "
            f"Choisissez-en un autre, par exemple : make demo PORT={port + 1 if port < 65535 else 8000}"
        )
    return port


def _environnement(services: dict[str, str], port: int) -> dict[str, str]:
    """What every child sees; the owner's address is not part of it."""
    env = {cle: valeur for cle, valeur in os.environ.items() if cle != "DATABASE_URL_PROPRIETAIRE"}
    return env | {
        "PIMMS_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "pimms.settings",
        "SECRET_KEY": os.environ.get("SECRET_KEY") or DEMO.secret("django"),
        "DATABASE_URL": services["DATABASE_URL"],
        "REDIS_URL": services["REDIS_URL"],
        "STATIC_ROOT": str(temoin.dossier_statique()),
        "FICHIERS": os.environ.get("FICHIERS") or str(DEMO.dossier / "fichiers"),
        "ADRESSE": f"127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }


def _preparer(env: dict[str, str], proprietaire: str) -> None:
    """Run migrations and the rest in a process of its own, whose output is shown."""
    processus = subprocess.Popen(
        [sys.executable, "-m", "pimms.services.preparation"],
        cwd=RACINE,
        env=env | {"DATABASE_URL_PROPRIETAIRE": proprietaire},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=mourir_avec_le_parent(signal.SIGTERM),
    )
    try:
        if processus.wait():
            raise ErreurService("La préparation de la base a échoué ; le message est ci-dessus.")
    finally:
        tuer_le_groupe(processus.pid)
        processus.wait()


def _equipe(env: dict[str, str]) -> list[Enfant]:
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "pimms"]
    rapports = env | {"MEMOIRE_MAX_MO": "1024"}
    commun = ["-l", "INFO", "--without-gossip", "--without-mingle"]
    return [
        Enfant(nom, commande, rapports if nom == "rapports" else env, DEMO.journaux / f"{nom}.log")
        for nom, commande in {
            "web": [*python, "gunicorn", "-c", GUNICORN, "pimms.wsgi:application"],
            "courant": [
                *celery, "worker", "-Q", "courant", "-n", "courant@%h", "-c", "2",
                "--max-tasks-per-child", "500", *commun,
            ],
            "exports": [
                *celery, "worker", "-Q", "exports", "-n", "exports@%h", "-c", "3",
                "--max-tasks-per-child", "20", "--max-memory-per-child", "400000", *commun,
            ],
            "rapports": [
                *celery, "worker", "-Q", "rapports", "-n", "rapports@%h", "-c", "2",
                "--max-tasks-per-child", "100", "--max-memory-per-child", "600000", *commun,
            ],
            "beat": [*celery, "beat", "-l", "INFO", "--pidfile=", "-s", str(DEMO.etat("beat"))],
        }.items()
    ]  # fmt: skip


def _en_bonne_sante(port: int, depuis: float) -> bool:
    """Whether `/sante/` is content, and with signs of life younger than this start."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sante/", timeout=5) as reponse:
            etat = json.load(reponse)
    except (URLError, OSError, ValueError):
        return False
    age = time.monotonic() - depuis
    return etat["ok"] and all(s.get("silence_s", 0) < age for s in etat["services"].values())


def _attendre_la_sante(equipe: list[Enfant], port: int) -> None:
    depuis = time.monotonic()
    while not _en_bonne_sante(port, depuis):
        for enfant in equipe:
            if enfant.processus is not None and enfant.processus.poll() is not None:
                raise ErreurService(
                    f"« {enfant.nom} » s’arrête au démarrage. Fin de {enfant.journal} :\n"
                    + fin_du_journal(enfant.journal, 15)
                )
        if time.monotonic() - depuis > SANTE_MAX:
            raise ErreurService(
                f"L’application ne répond pas en {SANTE_MAX:.0f} s : voyez http://127.0.0.1:{port}/sante/ "
                f"et {DEMO.journaux}."
            )
        time.sleep(TOUR)


def _annoncer(port: int) -> None:
    print(f"\nPrêt : http://127.0.0.1:{port}/\n")
    for role, courriel in COMPTES:
        print(f"  {role:<22}{courriel:<26}{MOT_DE_PASSE}")
    print(f"\nJournaux : {DEMO.journaux}. Ctrl-C pour arrêter ; les données restent.", flush=True)


def _veiller(equipe: list[Enfant], services: Services, make: Make) -> None:
    """Start again whatever dies, and say so, until make is interrupted (signals raise Arret)."""
    while not make.interrompu():
        for ligne in (*services.veiller(), *(enfant.veiller() for enfant in equipe)):
            if ligne:
                print(ligne, flush=True)
        time.sleep(TOUR)


def _tenir(port: int, make: Make) -> None:
    """Start all, announce, and watch until asked to stop."""
    print("PostgreSQL et Redis…", flush=True)
    with Services(DEMO) as services:
        env = _environnement(services.env, port)
        proprietaire = services.env["DATABASE_URL_PROPRIETAIRE"]
        if not temoin.rien_a_preparer(proprietaire):
            print("Base de données…", flush=True)
            _preparer(env, proprietaire)
        print("Application…", flush=True)
        equipe = _equipe(env)
        try:
            for enfant in equipe:
                enfant.lancer()
            _attendre_la_sante(equipe, port)
            _annoncer(port)
            _veiller(equipe, services, make)
            raise Arret
        finally:
            arreter(equipe)


def main() -> int:
    """Run the demo until it is stopped; an exit code (0 after Ctrl-C or SIGTERM)."""
    try:
        for numero in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(numero, _demander_l_arret)
        make = Make()
        port = lire_port()
        DEMO.creer()
        if verrous.essayer(DEMO.etat("superviseur")) is None:
            raise ErreurService("La démonstration tourne déjà dans ce dossier : une seule à la fois.")
        _tenir(port, make)
    except Arret:
        print("\nArrêté. Les données restent.", flush=True)
    except ErreurService as erreur:
        print(erreur, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
