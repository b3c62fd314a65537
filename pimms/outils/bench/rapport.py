"""What was measured, on the terminal and in docs/performance.md."""

import os
import platform
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import django

from pimms.outils.bench.bases import RACINE, Base
from pimms.outils.bench.resultats import Ligne, Tableau

PAGE = RACINE / "docs" / "performance.md"
ENTETE = """# Performance

Written by `make bench`; `make bench-nettoyer` drops its databases. Each measure stands beside a floor
taken in the same run on the same machine: ratios travel, milliseconds don't.
"""


def machine() -> str:
    """Processor, cores, memory, versions."""
    cpu = re.search(
        r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    )
    memoire = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, {memoire:.0f} GiB; "
        f"Python {platform.python_version()}, Django {django.get_version()}"
    )


def serveur(base: Base) -> str:
    """PostgreSQL's version and the settings that make a commit last."""
    ((version, fsync, commit, ecriture),) = base.lignes(
        "SELECT current_setting('server_version'), current_setting('fsync'),"
        " current_setting('synchronous_commit'), current_setting('full_page_writes')"
    )
    version = version.split()[0]
    return f"PostgreSQL {version}, fsync {fsync}, synchronous_commit {commit}, full_page_writes {ecriture}"


def _ligne(ligne: Ligne) -> str:
    verdict = "held" if ligne.tenue else "**missed**"
    decimales = 2 if ligne.unite == "×" else 0 if ligne.unite == "statements" else 1
    valeur, limite = (f"{v:.{decimales}f}\u00a0{ligne.unite}" for v in (ligne.valeur, ligne.limite))
    return f"| {ligne.nom} | {valeur} | ≤ {limite} | {verdict} | {ligne.detail} |"


def texte(tableau: Tableau) -> str:
    """A table as Markdown, with its method."""
    lignes = [
        f"## {tableau.titre}",
        tableau.methode,
        "",
        "| measure | value | allowed | | |",
        "|---|---|---|---|---|",
        *map(_ligne, tableau.lignes),
    ]
    return "\n".join(lignes) + "\n"


def ecrire(tableaux: Iterable[Tableau], base: Base, page: Path = PAGE) -> None:
    """Write the page with the machine and the date."""
    contexte = f"{date.today()}. {machine()}. {serveur(base)}.\n"
    page.write_text("\n".join([ENTETE, contexte, *map(texte, tableaux)]), encoding="utf-8")
