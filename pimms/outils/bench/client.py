"""The other end of `ouvrier`: one measured process a database, asked in turn."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from statistics import median
from typing import Any

from pimms.outils.bench.bases import RACINE, Base

CHAUFFE = 3  # pairs of calls before any is counted


class Ouvrier:
    """A process that answers requests on one database. Use it in a `with` block."""

    def __init__(self, base: Base, module: str = "pimms.outils.bench.ouvrier") -> None:
        self.base = base
        self.processus = subprocess.Popen(  # noqa: S603 — a module of the bench
            [sys.executable, "-m", module],
            cwd=RACINE,
            env=base.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Ouvrier":
        return self

    def __exit__(self, *_: object) -> None:
        self.processus.stdin.close()  # type: ignore[union-attr]
        self.processus.wait(10)

    def demander(self, **requete: Any) -> dict[str, Any]:
        """Send one request and wait for what it cost."""
        entree, sortie = self.processus.stdin, self.processus.stdout
        assert entree is not None and sortie is not None  # noqa: S101, PT018 — pipes were asked for
        entree.write(json.dumps(requete) + "\n")
        entree.flush()
        ligne = sortie.readline()
        if not ligne:
            raise RuntimeError(f"le processus mesuré sur {self.base.nom} s’est arrêté")
        return json.loads(ligne)

    def session(self, personne: int, point: str = "") -> str:
        """A session of that person, at that point."""
        return self.demander(personne=personne, point=point)["session"]

    def obtenir(self, chemin: str, session: str, **options: Any) -> dict[str, Any]:
        """GET a page, which must answer 200."""
        return exiger(self.demander(methode="GET", chemin=chemin, session=session, **options), chemin)


def exiger(reponse: dict[str, Any], quoi: str) -> dict[str, Any]:
    """The answer, when it is a 200: a refused request must never be measured as a fast one."""
    if reponse["statut"] != 200:
        raise RuntimeError(f"{quoi} répond {reponse['statut']}")
    return reponse


def ms(secondes: list[float]) -> float:
    """Median, in milliseconds."""
    return median(secondes) * 1000


def p95(secondes: list[float]) -> float:
    """Ninety-fifth percentile, in milliseconds."""
    return sorted(secondes)[int(len(secondes) * 0.95)] * 1000


def comparer(produit: Callable[[], float], plancher: Callable[[], float], paires: int) -> tuple[float, str]:
    """Ratio of the medians, and both in words."""
    nous: list[float] = []
    bas: list[float] = []
    for n in range(CHAUFFE + paires):
        tour = [(produit, nous), (plancher, bas)]
        random.shuffle(tour)
        for appeler, temps in tour:
            secondes = appeler()
            if n >= CHAUFFE:
                temps.append(secondes)
    detail = f"{ms(nous):.1f} ms against {ms(bas):.1f} ms (p95 {p95(nous):.1f} and {p95(bas):.1f})"
    return ms(nous) / ms(bas), detail
