"""Where the embedded servers keep their data, secrets, locks and logs."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]
ETROIT = 0o700
JOURNAL_MAX = 5 * 1024 * 1024  # bytes


class ErreurService(RuntimeError):
    """A service cannot start; the message is French and meant for the person at the terminal."""


@dataclass(frozen=True)
class Instance:
    """One set of servers: its folder, and whether its data must survive a power cut (fsync)."""

    nom: str
    dossier: Path
    durable: bool = True

    @property
    def journaux(self) -> Path:
        return self.dossier / "journaux"

    def etat(self, nom: str) -> Path:
        """Path of a small state or lock file."""
        return self.dossier / "etat" / nom

    def creer(self) -> None:
        """Make the folders; raises ErreurService when they belong to someone else."""
        try:
            self.dossier.mkdir(parents=True, exist_ok=True)
            for dossier in (self.journaux, self.dossier / "etat"):
                dossier.mkdir(mode=ETROIT, exist_ok=True)
            if not os.access(self.dossier / "etat", os.W_OK | os.X_OK):
                raise PermissionError
        except PermissionError as erreur:
            raise ErreurService(
                f"Impossible d’écrire dans {self.dossier} : ce dossier appartient à un autre compte. "
                "Reprenez ce compte, ou supprimez ce dossier."
            ) from erreur

    def secret(self, nom: str) -> str:
        """A random secret, made once and kept in a file that only this account can read.

        Callers hold the start lock of a service, or tolerate that the first writer wins.
        """
        chemin = self.etat(f"secret-{nom}")
        try:
            descripteur = os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            valeur = chemin.read_text(encoding="ascii")
            if valeur:
                return valeur
            chemin.unlink()  # a power cut left it empty
            return self.secret(nom)
        valeur = secrets.token_hex(24)
        with os.fdopen(descripteur, "w", encoding="ascii") as fichier:
            fichier.write(valeur)
            fichier.flush()
            os.fsync(fichier.fileno())
        return valeur


VAR = Path(os.environ.get("PIMMS_VAR") or RACINE / "var").resolve()
DEMO = Instance("demo", VAR)
# The data of tests can be made again: no fsync, so that they run faster.
TESTS = Instance("tests", VAR / "tests", durable=False)
BANCS = Instance("bancs", VAR / "bancs")
INSTANCES = {i.nom: i for i in (DEMO, TESTS, BANCS)}


def ouvrir_journal(chemin: Path) -> int:
    """Open a log for appending, the previous one set aside when it has grown; a file descriptor."""
    if chemin.exists() and chemin.stat().st_size > JOURNAL_MAX:
        chemin.replace(chemin.with_suffix(".log.1"))
    return os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def fin_du_journal(chemin: Path, lignes: int = 8) -> str:
    """The last lines of a log, for an error message."""
    if not chemin.exists():
        return ""
    return "\n".join(chemin.read_text(encoding="utf-8", errors="replace").splitlines()[-lignes:])


def lire_json(chemin: Path) -> dict | None:
    """The state written by a keeper, None when absent or half written."""
    try:
        return json.loads(chemin.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def ecrire_json(chemin: Path, etat: dict) -> None:
    """Write at once or not at all, readable by this account alone (it holds passwords)."""
    provisoire = chemin.with_suffix(".tmp")
    descripteur = os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descripteur, "w", encoding="utf-8") as fichier:
        json.dump(etat, fichier)
    provisoire.replace(chemin)
