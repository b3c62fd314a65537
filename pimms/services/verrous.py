"""File locks held by the kernel: a dead process, however it died, holds none."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pimms.services.lieux import ErreurService

PAS = 0.05  # seconds between two tries


def essayer(chemin: Path, *, partage: bool = False) -> int | None:
    """Take the lock now: its file descriptor (close it to release), or None when it is held."""
    descripteur = os.open(chemin, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descripteur, (fcntl.LOCK_SH if partage else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descripteur)
        return None
    return descripteur


def prendre(chemin: Path, delai: float, *, partage: bool = False) -> int:
    """Take the lock within `delai` seconds, or raise ErreurService."""
    limite = time.monotonic() + delai
    while (descripteur := essayer(chemin, partage=partage)) is None:
        if time.monotonic() > limite:
            raise ErreurService(f"Un autre démarrage tient toujours le verrou {chemin}.")
        time.sleep(PAS)
    return descripteur


@contextmanager
def verrou(chemin: Path, delai: float) -> Iterator[None]:
    """Hold the exclusive lock for a block."""
    descripteur = prendre(chemin, delai)
    try:
        yield
    finally:
        os.close(descripteur)


def est_tenu(chemin: Path) -> bool:
    """Whether some living process holds the exclusive lock."""
    descripteur = essayer(chemin)
    if descripteur is None:
        return True
    os.close(descripteur)
    return False
