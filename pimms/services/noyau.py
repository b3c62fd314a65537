"""What Linux is asked directly: parent-death signals, free ports, who lives in a folder."""

import ctypes
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def mourir_avec_le_parent(signal_envoye: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the child gets this signal when its parent dies, even by `kill -9`."""
    parent = os.getpid()

    def preparer() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal_envoye), 0, 0, 0)
        if os.getppid() != parent:  # it died before the request was made
            os._exit(1)

    return preparer


class Make:
    """The `make` that runs us, if any: its end and its interruption are ours.

    Ctrl-C reaches the whole terminal group, but `kill -INT` on make alone leaves it waiting for its
    recipe: it then catches SIGINT no more, which is how it is seen here.
    """

    def __init__(self) -> None:
        self.pid = os.getppid()
        self.present = Path(f"/proc/{self.pid}/comm").read_text(encoding="utf-8").strip() == "make"
        if self.present:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        self.attrapait = self.present and self._attrape()

    def _attrape(self) -> bool:
        try:
            etat = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        except OSError:
            return False
        masque = next(ligne.split()[1] for ligne in etat.splitlines() if ligne.startswith("SigCgt:"))
        return bool(int(masque, 16) & 1 << signal.SIGINT - 1)

    def interrompu(self) -> bool:
        """Whether make was interrupted since we started."""
        return self.attrapait and not self._attrape()


def port_libre(port: int = 0) -> int | None:
    """A free TCP port of 127.0.0.1: `port` itself when given, None when it is taken."""
    with socket.socket() as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prise.bind(("127.0.0.1", port))
        except OSError:
            return None
        return int(prise.getsockname()[1])


def habitants(dossier: Path) -> list[int]:
    """Processes whose working folder is `dossier`: a PostgreSQL server and its backends."""
    trouves = []
    for entree in Path("/proc").iterdir():
        if not entree.name.isdigit():
            continue
        try:
            if Path(os.readlink(entree / "cwd")) == dossier:
                trouves.append(int(entree.name))
        except OSError:
            continue  # gone meanwhile, or someone else's
    return trouves


def signaler(pids: list[int], signal_envoye: signal.Signals) -> None:
    """Send a signal to processes, some of which may be gone."""
    for pid in pids:
        try:
            os.kill(pid, signal_envoye)
        except ProcessLookupError:
            continue
