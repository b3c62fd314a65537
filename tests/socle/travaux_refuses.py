"""As `travaux`, in a program to which the system refuses a first process."""

import errno
import os

from tests.socle.travaux import qui

__all__ = ["qui"]

_vraie = os.fork


def _refuser() -> int:
    os.fork = _vraie
    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))


os.fork = _refuser
