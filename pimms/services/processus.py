"""The supervisor's children: started in their own groups, restarted when they die, all stopped."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from pimms.services.lieux import RACINE, ouvrir_journal
from pimms.services.noyau import mourir_avec_le_parent

PATIENCE = 5.0  # seconds given to end cleanly before SIGKILL
ATTENTE_MAX = 30.0  # seconds between two restarts
STABLE = 60.0  # seconds after which a child is held to be well again
JOURNAL_MAX = 20 * 1024 * 1024  # bytes; beyond, the log of a running child is cut


@dataclass
class Enfant:
    """One process of the team: what it runs, where it writes, when it may be started again."""

    nom: str
    commande: list[str]
    env: dict[str, str]
    journal: Path
    processus: subprocess.Popen | None = None
    ne_a: float = 0.0
    attente: float = 0.0
    a_relancer: float = field(default=0.0, init=False)

    def lancer(self) -> None:
        """Start it in a session of its own; it is told to stop when the supervisor dies."""
        sortie = ouvrir_journal(self.journal)
        try:
            self.processus = subprocess.Popen(
                self.commande,
                cwd=RACINE,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=sortie,
                stderr=sortie,
                start_new_session=True,
                preexec_fn=mourir_avec_le_parent(signal.SIGTERM),
            )
        finally:
            os.close(sortie)
        self.ne_a = time.monotonic()

    def veiller(self) -> str:
        """Restart it once its delay has passed; a French line for the terminal when it has died."""
        maintenant = time.monotonic()
        if self.processus is None:
            if maintenant >= self.a_relancer:
                self.lancer()
            return ""
        code = self.processus.poll()
        if code is None:
            self._couper_le_journal()
            return ""
        tuer_le_groupe(self.processus.pid)
        self.attente = (
            1.0 if maintenant - self.ne_a > STABLE else min(max(self.attente * 2, 1.0), ATTENTE_MAX)
        )
        self.a_relancer = maintenant + self.attente
        self.processus = None
        cause = f"signal {-code}" if code < 0 else f"code {code}"
        return (
            f"« {self.nom} » s’est arrêté ({cause}) ; relance dans {self.attente:.0f} s. "
            f"Journal : {self.journal}"
        )

    def _couper_le_journal(self) -> None:
        """A log that grew too large is copied aside and emptied: its writer appends, and goes on."""
        if self.journal.exists() and self.journal.stat().st_size > JOURNAL_MAX:
            self.journal.with_suffix(".log.1").write_bytes(self.journal.read_bytes())
            os.truncate(self.journal, 0)


def tuer_le_groupe(groupe: int) -> None:
    """SIGKILL to what is left of a process group."""
    try:
        os.killpg(groupe, signal.SIGKILL)
    except ProcessLookupError:
        return


def arreter(enfants: list[Enfant]) -> None:
    """Stop them all at once: SIGTERM, then SIGKILL to whole groups after PATIENCE seconds."""
    vivants = [e.processus for e in enfants if e.processus is not None]
    for processus in vivants:
        if processus.poll() is None:
            processus.send_signal(signal.SIGTERM)
    limite = time.monotonic() + PATIENCE
    for processus in vivants:
        try:
            processus.wait(max(limite - time.monotonic(), 0.01))
        except subprocess.TimeoutExpired:
            continue
    for processus in vivants:
        tuer_le_groupe(processus.pid)
        processus.wait()
