"""The demo's own supervisor and servers, in a folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from pimms.services.environnement import effacer
from pimms.services.lieux import ErreurService, Instance, lire_json
from pimms.services.noyau import port_libre
from pimms.services.postgres import Postgres
from pimms.services.redis import Redis

RACINE = Path(__file__).resolve().parents[2]
# What the run of tests has put in the environment for itself.
CACHEES = ("DATABASE_URL", "DATABASE_URL_PROPRIETAIRE", "REDIS_URL", "STATIC_ROOT", "FICHIERS")
DEMARRAGE_MAX = 420  # seconds, filling the network included, on a machine that does other things
ARRET_MAX = 10  # seconds, as the demo promises
# Sessions of as many médiateurs in post today, each at their own point, as the login page makes them.
SESSIONS = """
import json, sys, time
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from accueil.models import Acces
sortie, personnes = [], set()
for acces in Acces.objects.filter(role="mediateur", fin=None, point__ferme_le=None).select_related(
    "personne", "point"
).order_by("id"):
    if acces.personne_id in personnes or len(sortie) == {nombre}:
        continue
    personnes.add(acces.personne_id)
    session = SessionStore()
    session[SESSION_KEY] = str(acces.personne_id)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = acces.personne.get_session_auth_hash()
    session["point"] = acces.point.code
    demain = int(time.time()) + 86400  # in use, and confirmed by password, as long as the run lasts
    session["actif_le"] = demain
    session["account_authentication_methods"] = [
        {"method": "password", "at": demain, "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(acces.personne_id)
    session.create()
    sortie.append([session.session_key, acces.point.code, acces.personne_id])
print(json.dumps(sortie))
"""


SESSION = """
import time
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from accueil.models import Utilisateur
personne, session = Utilisateur.objects.get(email="{courriel}"), SessionStore()
session[SESSION_KEY] = str(personne.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = personne.get_session_auth_hash()
demain = int(time.time()) + 86400  # in use, and confirmed by password, as long as the run lasts
session["actif_le"] = demain
session["account_authentication_methods"] = [{"method": "password", "at": demain, "reauthenticated": True}]
session["account_authentication_methods_user"] = str(personne.pk)
session.create()
print(session.session_key)
"""


@dataclass
class Demo:
    """A running demo: its port, its environment, and its database as the owner sees it."""

    port: int
    env: dict[str, str]
    processus: subprocess.Popen

    def lignes(self, question: str, valeurs=None) -> list[tuple]:
        with (
            closing(psycopg2.connect(self.env["DATABASE_URL_PROPRIETAIRE"])) as lien,
            lien.cursor() as curseur,
        ):
            curseur.execute(question, valeurs)
            return curseur.fetchall()

    def sessions(self, nombre: int) -> list[tuple[str, str, int]]:
        """Session key, point's code and person's key of that many médiateurs."""
        dit = self._dire(SESSIONS.replace("{nombre}", str(nombre)))
        return [tuple(ligne) for ligne in json.loads(dit)]

    def session_de(self, courriel: str) -> str:
        """Session key of one of the demo's accounts."""
        return self._dire(SESSION.replace("{courriel}", courriel)).strip()

    def _dire(self, code: str) -> str:
        """What this code prints within the application."""
        fait = subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", code],
            cwd=RACINE,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return fait.stdout

    def sante(self) -> dict:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sante/", timeout=5) as reponse:
            return json.load(reponse)

    def arreter(self) -> tuple[int, float]:
        """Ask it to stop; its exit code and the seconds that it took."""
        debut = time.monotonic()
        self.processus.send_signal(signal.SIGTERM)
        return self.processus.wait(ARRET_MAX + 5), time.monotonic() - debut


@contextmanager
def demo_a_part(dossier: Path) -> Iterator[Demo]:
    """Run `make demo`'s supervisor for a block, once `/sante/` is content. Its commits are durable."""
    env = {cle: valeur for cle, valeur in os.environ.items() if cle not in CACHEES}
    env |= {
        "DJANGO_SETTINGS_MODULE": "pimms.settings",
        "SECRET_KEY": "epreuve-" + "0" * 50,
        "PIMMS_DEMO": "1",
        "PIMMS_VAR": str(dossier),
        "PORT": str(port_libre()),
    }
    dossier.mkdir(parents=True)
    journal = dossier / "superviseur.log"
    with journal.open("w") as sortie:
        processus = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "pimms.services.superviseur"],
            cwd=RACINE,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=sortie,
            stderr=sortie,
        )
    try:
        _attendre_pret(processus, journal)
        instance = Instance("demo", dossier)
        for serveur in (Postgres(instance), Redis(instance)):
            env |= serveur.variables(lire_json(instance.etat(f"{serveur.nom}.json")) or {})
        yield Demo(int(env["PORT"]), env, processus)
    finally:
        if processus.poll() is None:
            processus.terminate()
        processus.wait(30)
        # Under root its data may be out of the folder that pytest erases: some 240 MB a run.
        _effacer_apres_l_arret(Instance("demo", dossier))


def _effacer_apres_l_arret(instance: Instance) -> None:
    """Erase the instance once its keepers, which outlive the supervisor, have stopped the servers."""
    limite = time.monotonic() + ARRET_MAX
    while True:
        try:
            effacer(instance)
        except ErreurService:
            assert time.monotonic() < limite, "servers still in use"
            time.sleep(0.1)
        else:
            return


def _attendre_pret(processus: subprocess.Popen, journal: Path) -> None:
    limite = time.monotonic() + DEMARRAGE_MAX
    while "Prêt : " not in (texte := journal.read_text(encoding="utf-8")):
        assert processus.poll() is None, texte
        assert time.monotonic() < limite, texte
        time.sleep(0.2)
