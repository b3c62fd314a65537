"""What the tests' own program beside does."""

import os
import tempfile
import time
from pathlib import Path


def qui() -> tuple[int, int]:
    """The program's number, and that of the process that works."""
    return os.getppid(), os.getpid()


def poser() -> str:
    """A temporary folder that nobody takes away."""
    return tempfile.mkdtemp()


def refuser(raison: str) -> None:
    raise ValueError(raison)


def remplir(mega: int) -> int:
    return len(bytearray(mega << 20)) >> 20


def mourir(numero: int) -> None:
    os.kill(os.getpid(), numero)


def durer(secondes: float) -> None:
    time.sleep(secondes)


def se_joindre(dossier: str, combien: int) -> None:
    """Ends once so many processes work in the folder; TimeoutError after 20 s."""
    (Path(dossier) / str(os.getpid())).touch()
    limite = time.monotonic() + 20
    while len(list(Path(dossier).iterdir())) < combien:
        if time.monotonic() > limite:
            raise TimeoutError
        time.sleep(0.01)
