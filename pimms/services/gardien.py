"""The keeper of one embedded server: starts it, restarts it when it dies, stops it when unused."""

import os
import signal
import subprocess
import time
from typing import Protocol

from pimms.services import verrous
from pimms.services.lieux import ErreurService, Instance, ecrire_json

TOUR = 0.2  # seconds between two looks
DEMARRAGE_MAX = 60.0  # seconds; recovery after a power cut included
ARRET_MAX = 4.0  # seconds before the harder signal
ATTENTE_MAX = 5.0  # seconds between two restarts


class Serveur(Protocol):
    """A server that a keeper can run. `nom` names its files."""

    nom: str
    instance: Instance
    arret_doux: signal.Signals
    arret_dur: signal.Signals

    def preparer(self) -> None:
        """Make its data ready and clear what a crash left behind."""

    def lancer(self) -> subprocess.Popen:
        """Start the process, which dies with the keeper."""

    def pret(self) -> bool:
        """Whether it answers."""

    def installer(self) -> None:
        """What is done once it answers the first time (roles, database)."""

    def etat(self) -> dict:
        """What users need to build its address."""


def _dire(message: str) -> None:
    print(time.strftime("%Y-%m-%d %H:%M:%S"), message, flush=True)


def _demarrer(serveur: Serveur) -> subprocess.Popen:
    """Start and wait until it answers; ErreurService when it does not within a minute."""
    serveur.preparer()
    processus = serveur.lancer()
    limite = time.monotonic() + DEMARRAGE_MAX
    while not serveur.pret():
        if processus.poll() is not None:
            raise ErreurService(f"{serveur.nom} s’est arrêté au démarrage (code {processus.returncode}).")
        if time.monotonic() > limite:
            processus.kill()
            processus.wait()
            raise ErreurService(f"{serveur.nom} ne répond pas.")
        time.sleep(0.02)
    _dire(f"{serveur.nom} répond (processus {processus.pid}).")
    return processus


def _arreter(serveur: Serveur, processus: subprocess.Popen) -> None:
    for signal_envoye in (serveur.arret_doux, serveur.arret_dur, signal.SIGKILL):
        if processus.poll() is None:
            processus.send_signal(signal_envoye)
        try:
            processus.wait(ARRET_MAX)
        except subprocess.TimeoutExpired:
            continue
        _dire(f"{serveur.nom} est arrêté (code {processus.returncode}).")
        return


class _Demande(Exception):
    """The keeper itself was asked to stop."""


def _demander(*_: object) -> None:
    raise _Demande


def _veiller(serveur: Serveur, processus: subprocess.Popen) -> subprocess.Popen:
    """Until nobody uses the server; restarts it when it dies. Its last process."""
    usage = serveur.instance.etat(f"{serveur.nom}.usage")
    attente = TOUR
    try:
        while verrous.essayer(usage) is None:  # once taken, kept until this process ends
            if processus.poll() is not None:
                _dire(f"{serveur.nom} est mort (code {processus.returncode}), relance.")
                try:
                    processus = _demarrer(serveur)
                    attente = TOUR
                except ErreurService as erreur:
                    _dire(str(erreur))
                    attente = min(attente * 2, ATTENTE_MAX)
            time.sleep(attente)
    except _Demande:
        pass
    return processus


def garder(serveur: Serveur) -> int:
    """Run the keeper until the last user is gone; an exit code."""
    instance = serveur.instance
    instance.creer()
    os.chdir("/")
    if verrous.essayer(instance.etat(f"{serveur.nom}.gardien")) is None:
        return 0  # another keeper lives; its lock ends with it
    fichier_etat = instance.etat(f"{serveur.nom}.json")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for the users
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _demander)
    try:
        processus = _demarrer(serveur)
        serveur.installer()
    except ErreurService as erreur:
        _dire(str(erreur))
        return 1
    except _Demande:
        return 0
    ecrire_json(fichier_etat, {"gardien": os.getpid(), **serveur.etat()})
    processus = _veiller(serveur, processus)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    fichier_etat.unlink(missing_ok=True)
    _arreter(serveur, processus)
    return 0
