"""What the last preparation left, so that a start with nothing to prepare loads no Django for it."""

import hashlib
import os
from pathlib import Path

import psycopg2

from pimms.services.lieux import DEMO, RACINE, ecrire_json, lire_json

_CHEMIN = DEMO.etat("preparation")
_APPLIQUEES = "SELECT md5(string_agg(app || '.' || name, ',' ORDER BY app, name)) FROM django_migrations"
_PEUPLE = "SELECT EXISTS (SELECT FROM accueil_pointaccueil)"


def dossier_statique() -> Path:
    """Where the demo's static files are collected."""
    return Path(os.environ.get("STATIC_ROOT") or DEMO.dossier / "static")


def empreinte_des_statiques() -> str:
    """Changes when a static file or the locked version of a package does."""
    empreinte = hashlib.sha256((RACINE / "uv.lock").read_bytes())
    for chemin in sorted((RACINE / "static").rglob("*")):
        if chemin.is_file():
            etat = chemin.stat()
            empreinte.update(f"{chemin} {etat.st_size} {etat.st_mtime_ns}\n".encode())
    return empreinte.hexdigest()


def _migrations_presentes() -> str:
    """The migrations of this checkout by name; those of the packages are told by the lock."""
    noms = sorted(str(c.relative_to(RACINE)) for c in RACINE.glob("*/**/migrations/[0-9]*.py"))
    return hashlib.sha256("\n".join(noms).encode()).hexdigest()


def _etat_de_la_base(url: str) -> tuple[str, bool] | None:
    """Migrations recorded in the database, and whether it holds a point; None when it is new."""
    lien = psycopg2.connect(url)
    try:
        with lien.cursor() as curseur:
            curseur.execute(_APPLIQUEES)
            (appliquees,) = curseur.fetchone() or ("",)
            curseur.execute(_PEUPLE)
            (peuple,) = curseur.fetchone() or (False,)
            return appliquees, peuple
    except psycopg2.errors.UndefinedTable:
        return None
    finally:
        lien.close()


def statiques_a_jour() -> bool:
    """Whether the collected static files are those of this checkout."""
    rassembles = (dossier_statique() / "staticfiles.json").exists()
    return rassembles and (lire_json(_CHEMIN) or {}).get("statiques") == empreinte_des_statiques()


def rien_a_preparer(url: str) -> bool:
    """Whether checkout and database are as the last preparation left them."""
    connu = lire_json(_CHEMIN) or {}
    base = _etat_de_la_base(url)
    return (
        base is not None
        and base[1]
        and connu.get("appliquees") == base[0]
        and connu.get("migrations") == _migrations_presentes()
        and statiques_a_jour()
    )


def noter(url: str) -> None:
    """Remember what a preparation has just achieved."""
    base = _etat_de_la_base(url)
    ecrire_json(
        _CHEMIN,
        {
            "appliquees": base[0] if base else "",
            "migrations": _migrations_presentes(),
            "statiques": empreinte_des_statiques(),
        },
    )
