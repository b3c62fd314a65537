"""A folder for temporary files that outlives no crash: whoever opens one clears those of the dead.

Each is held by a lock on the folder itself, which the system lets go of with the last process that has it.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

PREFIXE = "pimms-annexe-"


class DossierPassager:
    """Made at the first use, and again where something took it away; children of its process hold it too."""

    def __init__(self) -> None:
        self.chemin = ""
        self._verrou: int | None = None

    def creer(self) -> str:
        """A new folder within it. Raises OSError."""
        if not self._est_la():
            self._ouvrir()
        return tempfile.mkdtemp(dir=self.chemin)

    def _est_la(self) -> bool:
        """Whether the folder of that name is still the one whose lock is held."""
        try:
            return self._verrou is not None and os.path.samestat(
                os.fstat(self._verrou), os.lstat(self.chemin)
            )
        except FileNotFoundError:
            return False

    def _ouvrir(self) -> None:
        self.fermer()
        _effacer_ceux_des_morts()
        # Named as one of ours when its lock is held: nobody ever finds it without.
        sans_nom = Path(tempfile.mkdtemp(prefix="pimms-"))
        self._verrou = os.open(sans_nom, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(self._verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.chemin = str(sans_nom.rename(sans_nom.with_name(PREFIXE + sans_nom.name)))

    def fermer(self) -> None:
        if self._verrou is not None:
            shutil.rmtree(self.chemin, ignore_errors=True)
            os.close(self._verrou)
        self.chemin, self._verrou = "", None


def _effacer_ceux_des_morts() -> None:
    for chemin in Path(tempfile.gettempdir()).glob(f"{PREFIXE}*"):
        with contextlib.suppress(OSError):  # a living one's, another account's, or gone meanwhile
            verrou = os.open(chemin, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(chemin)
            finally:
                os.close(verrou)
