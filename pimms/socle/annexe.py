"""A program beside the application, for work that takes much memory and knows nothing of Django.

It loads one module at the first call, then forks a process for each: the process starts with all loaded,
holds nothing of the application, is held to MEMOIRE_MAX_MO, and gives its memory back by ending. It lives
as long as whoever called it waits: a caller that stops, out of time or killed, takes it along.

The program and its callers share a pair of sockets and nothing else: no address that a stranger could call.
It ends when the last of them does. A call that the system has no room for is refused alone.
"""

import atexit
import contextlib
import ctypes
import gc
import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from pimms.socle.dossier_passager import DossierPassager

RACINE = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1  # of prctl: the signal that a process gets when its parent dies
FIN_MAX = 5.0  # seconds that the program is given to end


class Interrompu(Exception):
    """The work ended without an answer: its process was killed, ran out of memory in a library, or could not
    be started."""


def borner_la_memoire() -> None:
    """Hold this process to MEMOIRE_MAX_MO of memory: what needs more fails alone."""
    if maximum := os.environ.get("MEMOIRE_MAX_MO"):
        octets = int(maximum) * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (octets, octets))


class Annexe:
    """The program of one module, started by `ouvrir`, else at the first call; forks share it."""

    def __init__(self, module: str) -> None:
        self.module = module
        self._canal: socket.socket | None = None
        self._processus: subprocess.Popen | None = None

    def ouvrir(self) -> socket.socket:
        """Start the program, which loads nothing yet; the way to it. Not for two threads at once."""
        self.fermer()
        ici, la = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        commande = [sys.executable, "-m", "pimms.socle.annexe", self.module, str(la.fileno())]
        with la:
            self._processus = subprocess.Popen(commande, cwd=RACINE, pass_fds=[la.fileno()])  # noqa: S603
        self._canal = ici
        atexit.register(self.fermer)
        return ici

    def fermer(self) -> None:
        """Leave the program, which ends when nobody else may call it; wait for it if it is ours."""
        if self._canal is None or self._processus is None:
            return
        atexit.unregister(self.fermer)
        self._canal.close()
        try:
            self._processus.wait(FIN_MAX)
        except subprocess.TimeoutExpired:
            self._processus.kill()
            self._processus.wait()
        self._canal = self._processus = None

    def appeler(self, fonction: str, *arguments: Any) -> Any:
        """What a function of the module answers, or raises, in a process of its own.

        Raises Interrompu, and OSError where the system has no process, room or descriptor for it.
        """
        vie_lue, vie = os.pipe()
        ici, la = socket.socketpair()
        try:
            with la:
                self._confier([la.fileno(), vie_lue])
            with Connection(ici.detach()) as lien:
                if refus := lien.recv():
                    raise OSError(refus, os.strerror(refus))
                lien.send((fonction, arguments))
                bien, reponse = lien.recv()
        except (EOFError, ConnectionError) as erreur:
            raise Interrompu(f"{self.module}.{fonction}") from erreur
        finally:
            ici.close()
            os.close(vie_lue)
            os.close(vie)
        if not bien:
            raise reponse
        return reponse

    def _confier(self, descripteurs: list[int]) -> None:
        """Hand a call's two ends over; a program that died is started again."""
        try:
            socket.send_fds(self._canal or self.ouvrir(), [b"."], descripteurs)
        except ConnectionError:
            socket.send_fds(self.ouvrir(), [b"."], descripteurs)


def _travailler(module: ModuleType, lien: Connection) -> None:
    """Answer one call: the function's value, or what it raised."""
    borner_la_memoire()
    lien.send(0)  # nothing was refused
    fonction, arguments = lien.recv()
    reponse: tuple[bool, Any]
    try:
        reponse = (True, getattr(module, fonction)(*arguments))
    except MemoryError:
        reponse = (False, MemoryError())  # without its trace, which holds all that filled the memory
    except Exception as erreur:
        erreur.add_note(traceback.format_exc())
        reponse = (False, erreur)
    lien.send(reponse)


def _refuser(lien: int, erreur: OSError) -> None:
    """Tell the caller why nobody will answer."""
    with contextlib.suppress(ConnectionError), Connection(lien) as bout:
        bout.send(erreur.errno)


class _Programme:
    """The loop: a process for each call, until nobody may call any more."""

    def __init__(self, module: str, canal: socket.socket) -> None:
        self.nom, self.canal = module, canal
        self.module: ModuleType | None = None
        # The caller's pipe → the process that works for it, and the folder of its temporary files.
        self.enfants: dict[int, tuple[int, str]] = {}
        self.passager = DossierPassager()
        self.guet = select.poll()
        self.guet.register(canal, select.POLLIN)

    def servir(self) -> None:
        while True:
            for descripteur, _ in self.guet.poll():
                if descripteur != self.canal.fileno():
                    self._finir(descripteur)
                elif not self._accueillir():
                    return

    def _accueillir(self) -> bool:
        """Take a call; False when nobody is left to make one."""
        message, descripteurs, _, _ = socket.recv_fds(self.canal, 1, 2)
        if not message:
            for vie in list(self.enfants):
                self._finir(vie)
            self.passager.fermer()
            return False
        if len(descripteurs) != 2:  # no descriptor left: the caller sees its end of the link close
            for descripteur in descripteurs:
                os.close(descripteur)
            return True
        lien, vie = descripteurs
        try:
            self.enfants[vie] = self._engendrer(lien)
        except OSError as erreur:  # no process, no room on the disk
            traceback.print_exc()
            os.close(vie)
            _refuser(lien, erreur)
        else:
            os.close(lien)
            self.guet.register(vie, 0)  # its writing end closed
        return True

    def _engendrer(self, lien: int) -> tuple[int, str]:
        """A process that answers this call, and the folder of its temporary files."""
        module = self._charger()
        programme, dossier = os.getpid(), self.passager.creer()
        try:
            enfant = os.fork()
        except OSError:
            Path(dossier).rmdir()
            raise
        if enfant == 0:
            _naitre(module, lien, programme, dossier, self.canal)
        return enfant, dossier

    def _charger(self) -> ModuleType:
        """The module, loaded once; the garbage collector of no child will look at it."""
        if self.module is None:
            self.module = import_module(self.nom)
            gc.collect()
            gc.freeze()
        return self.module

    def _finir(self, vie: int) -> None:
        """The caller has its answer, or is no more."""
        self.guet.unregister(vie)
        os.close(vie)
        enfant, dossier = self.enfants.pop(vie)
        os.kill(enfant, signal.SIGKILL)  # not waited for yet: the number is still its own
        os.waitpid(enfant, 0)
        shutil.rmtree(dossier, ignore_errors=True)  # killed, it left them


def _naitre(module: ModuleType, lien: int, programme: int, dossier: str, canal: socket.socket) -> NoReturn:
    """The child's life; it never comes back to the loop, nor to what the program does at its end."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != programme:  # it died before that was said
            os._exit(code)
        canal.close()
        tempfile.tempdir = dossier
        _travailler(module, Connection(lien))
        code = 0
    except (EOFError, ConnectionError):
        pass  # the caller is gone
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: the callers end first
    _Programme(sys.argv[1], socket.socket(fileno=int(sys.argv[2]))).servir()
