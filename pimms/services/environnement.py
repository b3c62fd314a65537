"""Using the embedded servers: start or join them, and let go of them."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pimms.services import verrous
from pimms.services.gardien import DEMARRAGE_MAX
from pimms.services.lieux import (
    DEMO,
    RACINE,
    ErreurService,
    Instance,
    fin_du_journal,
    lire_json,
    ouvrir_journal,
)
from pimms.services.postgres import Postgres
from pimms.services.redis import Redis

SERVEURS: dict[str, type[Postgres] | type[Redis]] = {"postgres": Postgres, "redis": Redis}
FIN_MAX = 8.5  # seconds that a user waits for a keeper it started to stop the server


class Usage:
    """One user's hold on one embedded server. `demarrer`, `attendre`, then `lacher`."""

    def __init__(self, nom: str, instance: Instance) -> None:
        self.nom = nom
        self.instance = instance
        self.serveur = SERVEURS[nom](instance)
        self.journal = instance.journaux / f"gardien-{nom}.log"
        self.gardien: subprocess.Popen | None = None
        self.part: int | None = None
        self.verrou: int | None = None

    def demarrer(self) -> None:
        """Hold the server, and start a keeper if none lives. Does not wait for the server."""
        self.instance.creer()
        self.verrou = verrous.prendre(self.instance.etat(f"{self.nom}.demarrage"), DEMARRAGE_MAX)
        # While a keeper is stopping the server it holds this lock alone.
        self.part = verrous.prendre(self.instance.etat(f"{self.nom}.usage"), DEMARRAGE_MAX, partage=True)
        self._lancer_un_gardien_au_besoin()

    def _vivant(self) -> bool:
        return verrous.est_tenu(self.instance.etat(f"{self.nom}.gardien"))

    def _lancer_un_gardien_au_besoin(self) -> None:
        if self._vivant():
            return
        self.instance.etat(f"{self.nom}.json").unlink(missing_ok=True)
        journal = ouvrir_journal(self.journal)
        commande = [sys.executable, "-m", "pimms.services", "garder", self.nom, *_designer(self.instance)]
        try:
            self.gardien = subprocess.Popen(
                commande,
                cwd=RACINE,
                stdin=subprocess.DEVNULL,
                stdout=journal,
                stderr=journal,
                start_new_session=True,
            )
        finally:
            os.close(journal)

    def attendre(self) -> dict:
        """Wait until the server answers; its state. ErreurService with the log's end if it does not."""
        limite = time.monotonic() + DEMARRAGE_MAX + 10
        while (etat := lire_json(self.instance.etat(f"{self.nom}.json"))) is None:
            if self.gardien is not None and self.gardien.poll():
                raise ErreurService(
                    f"{self.nom} ne démarre pas. Fin de {self.journal} :\n{fin_du_journal(self.journal)}"
                )
            if self.gardien is None or self.gardien.returncode == 0:
                self._lancer_un_gardien_au_besoin()  # the one we saw was ending
            if time.monotonic() > limite:
                raise ErreurService(f"{self.nom} ne répond pas ; voyez {self.journal}.")
            time.sleep(0.02)
        self._rendre("verrou")
        return etat

    def _rendre(self, nom: str) -> None:
        descripteur = getattr(self, nom)
        if descripteur is not None:
            os.close(descripteur)
            setattr(self, nom, None)

    def veiller(self) -> bool:
        """Start a keeper again when it was killed (its server went with it); whether that was so."""
        en_route = self.gardien is not None and self.gardien.poll() is None
        if en_route or self._vivant():
            return False
        self._lancer_un_gardien_au_besoin()
        return True

    def lacher(self) -> None:
        """Let go: when nobody else holds the server, its keeper stops it."""
        self._rendre("verrou")
        self._rendre("part")

    def attendre_la_fin(self) -> None:
        """When this was the last user, wait until the keeper that it started has stopped the server."""
        if self.gardien is None:
            return
        limite = time.monotonic() + FIN_MAX
        while self.gardien.poll() is None and time.monotonic() < limite:
            if not _seul(self.instance.etat(f"{self.nom}.usage")):
                break
            time.sleep(0.02)
        if self.gardien.returncode is None:
            self.gardien.returncode = 0  # it lives on for others and is no child to wait for


def _seul(usage) -> bool:
    """Whether no user is left: the keeper is, or will be, the only holder of the lock."""
    descripteur = verrous.essayer(usage, partage=True)
    if descripteur is None:
        return True  # held alone by the keeper, which is stopping the server
    os.close(descripteur)
    exclusif = verrous.essayer(usage)
    if exclusif is None:
        return False
    os.close(exclusif)
    return True


def _designer(instance: Instance) -> list[str]:
    durable = [] if instance.durable else ["--sans-fsync"]
    return ["--dossier", str(instance.dossier), *durable]


def _donnees_par_l_utilisateur() -> dict[str, str]:
    """The addresses given in the environment; the owner's falls back on the application's."""
    env = {v: os.environ[v] for v in ("DATABASE_URL", "REDIS_URL") if os.environ.get(v)}
    if "DATABASE_URL" in env:
        proprietaire = os.environ.get("DATABASE_URL_PROPRIETAIRE")
        env["DATABASE_URL_PROPRIETAIRE"] = proprietaire or env["DATABASE_URL"]
    return env


class Services:
    """The servers of an instance for a block; `env` holds their addresses."""

    def __init__(self, instance: Instance) -> None:
        self.env = _donnees_par_l_utilisateur()
        besoins = (("postgres", "DATABASE_URL"), ("redis", "REDIS_URL"))
        self.usages = [Usage(nom, instance) for nom, variable in besoins if variable not in self.env]

    def __enter__(self) -> "Services":
        try:
            for usage in self.usages:
                usage.demarrer()
            for usage in self.usages:
                self.env |= usage.serveur.variables(usage.attendre())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for usage in self.usages:
            usage.lacher()
        for usage in self.usages:
            usage.attendre_la_fin()

    def veiller(self) -> list[str]:
        """To be called now and then by a long-lived user; French lines on what was started again."""
        return [f"« {u.nom} » s’est arrêté avec son gardien ; relance." for u in self.usages if u.veiller()]


@contextmanager
def services_embarques(instance: Instance = DEMO) -> Iterator[dict[str, str]]:
    """PostgreSQL and Redis for a block: DATABASE_URL, DATABASE_URL_PROPRIETAIRE and REDIS_URL.

    An address already in the environment is used as it is, and nothing is started for it.
    Raises ErreurService, in French, when a server cannot start.
    """
    with Services(instance) as services:
        yield services.env


def effacer(instance: Instance) -> None:
    """Erase an instance's data, wherever they are; ErreurService while its servers are in use."""
    instance.creer()
    for nom in SERVEURS:
        if (descripteur := verrous.essayer(instance.etat(f"{nom}.usage"))) is None:
            raise ErreurService("Les services tournent : arrêtez-les d’abord.")
        os.close(descripteur)
    donnees = Postgres(instance).dossier_donnees()
    shutil.rmtree(donnees, ignore_errors=True)
    if not donnees.is_relative_to(instance.dossier):
        shutil.rmtree(donnees.parent, ignore_errors=True)
    for nom in ("redis", "fichiers", "etat"):
        shutil.rmtree(instance.dossier / nom, ignore_errors=True)
