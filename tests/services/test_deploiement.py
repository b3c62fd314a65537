"""The production files: read as YAML here, and by docker compose in CI where its client exists."""

import base64
import os
import re
import secrets
import subprocess
import sys
from datetime import timedelta

import psycopg2
import pytest
import yaml
from django.utils import timezone

from pimms.services import services_embarques
from pimms.services.lieux import RACINE
from pimms.services.postgres import Postgres
from pimms.socle.models import Battement
from tests.services.test_services import instance_neuve, sans_adresses  # noqa: F401 — fixtures

DEPLOIEMENT = RACINE / "pimms/deploiement"
COMPOSE = (RACINE / "docker-compose.yml").read_text(encoding="utf-8")
SERVICES = yaml.safe_load(COMPOSE)["services"]
DUREE = [n for n in SERVICES if n != "migrate"]  # those that stay up


def test_every_service_of_the_true_stack_is_there():
    assert set(SERVICES) == {
        "postgres", "redis", "migrate", "web", "worker-courant", "worker-exports", "worker-rapports",
        "beat", "proxy",
    }  # fmt: skip


@pytest.mark.parametrize("nom", DUREE)
def test_a_lasting_service_is_watched_and_restarted(nom):
    assert SERVICES[nom]["restart"] == "unless-stopped"
    assert SERVICES[nom]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


@pytest.mark.parametrize("nom", SERVICES)
def test_no_service_runs_as_root_or_may_become_it(nom):
    service = SERVICES[nom]
    assert service["user"] not in {"root", "0", "0:0"}
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True


def test_no_secret_has_a_default():
    secrets = set(re.findall(r"\$\{((?:MDP|SECRET|CLE)\w*)", COMPOSE))
    assert secrets == {
        "SECRET_KEY",
        "CLES_CHIFFREMENT",
        "CLE_INDEX",
        "CLE_JOURNAL",
        "CLE_SAUVEGARDE",
        "MDP_POSTGRES",
        "MDP_PROPRIETAIRE",
        "MDP_APPLICATION",
        "MDP_REDIS",
    }
    for nom in secrets:
        assert re.findall(rf"\$\{{{nom}(.)", COMPOSE) == [":"] * COMPOSE.count(f"${{{nom}")
        assert f"${{{nom}:-" not in COMPOSE
        assert f"${{{nom}:?" in COMPOSE


def test_only_the_proxy_is_published():
    assert [n for n, s in SERVICES.items() if "ports" in s] == ["proxy"]


def test_only_migrate_knows_the_owner():
    proprietaires = [n for n, s in SERVICES.items() if "postgresql://pimms:" in str(s.get("environment"))]
    assert proprietaires == ["migrate"]


def test_web_and_workers_share_the_private_files():
    for nom in ("web", "worker-courant", "worker-exports", "worker-rapports"):
        assert "fichiers:/fichiers" in SERVICES[nom]["volumes"]


def test_nothing_starts_before_the_migrations():
    for nom in ("web", "worker-courant", "worker-exports", "worker-rapports", "beat"):
        assert SERVICES[nom]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_every_mounted_file_and_build_target_exists():
    etapes = re.findall(r"^FROM \S+ AS (\w+)$", (RACINE / "Dockerfile").read_text(encoding="utf-8"), re.M)
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert not source.startswith("./") or (RACINE / source).exists()
        if "build" in service:
            assert service["build"]["target"] in etapes


def test_the_image_runs_as_its_own_user_and_takes_only_the_locked_packages():
    dockerfile = (RACINE / "Dockerfile").read_text(encoding="utf-8")
    assert "\nUSER 10001:10001\n" in dockerfile
    assert "uv sync --frozen --no-default-groups" in dockerfile


def test_the_printed_env_holds_all_that_compose_asks_for_and_new_secrets_each_time():
    def ecrire() -> dict[str, str]:
        sortie = subprocess.run(
            ["sh", DEPLOIEMENT / "secrets.sh", "accueil.exemple.fr"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        lignes = [ligne for ligne in sortie.splitlines() if not ligne.startswith("#")]
        return dict(ligne.split("=", 1) for ligne in lignes)

    un, deux = ecrire(), ecrire()
    assert set(re.findall(r"\$\{(\w+):\?", COMPOSE)) <= set(un)
    for nom in ("SECRET_KEY", "CLES_CHIFFREMENT", "CLE_INDEX", "CLE_JOURNAL", "MDP_POSTGRES", "MDP_REDIS"):
        assert len(un[nom]) >= 44
        assert un[nom] != deux[nom]


def _roles_sh(serveur: Postgres, port: int, **mots_de_passe: str) -> None:
    env = {
        "PATH": f"{serveur._binaires()}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(port),
        "PGPASSWORD": serveur.instance.secret("postgres"),
    }
    subprocess.run(["sh", DEPLOIEMENT / "postgres" / "roles.sh"], check=True, env=env | mots_de_passe)


def test_the_roles_script_renews_passwords_and_leaves_two_plain_roles(instance_neuve):  # noqa: F811
    with services_embarques(instance_neuve) as env:
        serveur, port = Postgres(instance_neuve), int(re.search(r":(\d+)/", env["DATABASE_URL"])[1])
        _roles_sh(serveur, port, MDP_PROPRIETAIRE="l'un", MDP_APPLICATION="l'autre")
        for role, mot_de_passe in (("pimms", "l'un"), ("pimms_app", "l'autre")):
            lien = psycopg2.connect(
                host="127.0.0.1", port=port, dbname="pimms", user=role, password=mot_de_passe
            )
            with lien.cursor() as curseur:
                curseur.execute(
                    "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = %s", [role]
                )
                assert curseur.fetchone() == (False, False, False)
            lien.close()


@pytest.mark.parametrize(("age", "code"), [(20, 0), (200, 1)])
def test_the_probe_tells_a_silent_worker(transactional_db, age, code):
    vu_le = timezone.now() - timedelta(seconds=age)
    Battement.objects.create(nom="courant", emis_le=vu_le, vu_le=vu_le)
    sonde = subprocess.run([sys.executable, DEPLOIEMENT / "sonde.py", "courant"], check=False)
    assert sonde.returncode == code


def _production(**autres: str) -> dict[str, str]:
    """The environment of a container: nothing of the demo's, and all that has no default."""
    cle = base64.b64encode(os.urandom(32)).decode()
    return {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": secrets.token_urlsafe(64),
        "CLES_CHIFFREMENT": f"essai:{cle}",
        "CLE_INDEX": cle,
        "CLE_JOURNAL": cle,
        "ALLOWED_HOSTS": "pimms.exemple.fr",
        **autres,
    }


def _manage(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=RACINE,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_without_a_mail_server_does_not_start_and_says_why():
    fait = _manage("check", "--deploy", env=_production())
    assert fait.returncode != 0
    assert "EMAIL_HOST est obligatoire hors démonstration" in fait.stderr


def test_production_with_all_it_needs_passes_django_s_own_check():
    env = _production(EMAIL_HOST="smtp.exemple.fr", ADRESSES_JOURNAL="journal@exemple.fr")
    fait = _manage("check", "--deploy", "--fail-level", "WARNING", env=env)
    assert fait.returncode == 0, fait.stderr


def test_the_image_is_built_without_any_secret(tmp_path):
    dockerfile = (RACINE / "Dockerfile").read_text(encoding="utf-8")
    donnees = dict(
        v.split("=") for v in re.search(r"^RUN ((?:\w+=\S+ )+)\S+ manage.py", dockerfile, re.M)[1].split()
    )
    env = {"PATH": os.environ["PATH"], **donnees, "STATIC_ROOT": str(tmp_path)}
    fait = _manage("collectstatic", "--noinput", "--dry-run", "--verbosity", "0", env=env)
    assert fait.returncode == 0, fait.stderr
