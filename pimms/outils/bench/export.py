"""An export of a million lines: how much memory its worker takes above what it holds when idle."""

import json
import subprocess
import sys
import tempfile

from pimms.outils.bench.bases import RACINE, Base
from pimms.outils.bench.resultats import Ligne, Tableau

LIGNES, MEMOIRE_MAX = 1_000_000, 150.0  # lines at most, MiB
FORMATS = ("csv", "xlsx")
METHODE = """\
The worker's own function makes an export of the whole network over the last days that hold a million
requests at most, one process a format, on {visites:,} visits. Idle is the most memory that the process has
held once it has started and made an export of one day; the peak, the most that it has held at the end."""
# The first of the last days that together hold no more lines than that.
_DEBUT = """
SELECT min(jour)::text FROM (
  SELECT jour, sum(sum(demandes)) OVER (ORDER BY jour DESC) AS total FROM accueil_agregatjour GROUP BY jour
) t WHERE total <= %s"""


def mesurer(base: Base) -> Tableau:
    """A line a format."""
    ((debut,),) = base.lignes(_DEBUT, [LIGNES])
    lignes = tuple(_ligne(base, sorte, debut) for sorte in FORMATS)
    return Tableau("An export of a million lines", METHODE.format(visites=base.visites), lignes)


def _ligne(base: Base, sorte: str, debut: str) -> Ligne:
    commande = [sys.executable, "-m", "pimms.outils.bench.exporteur", sorte, debut, str(base.reference)]
    with tempfile.TemporaryDirectory() as dossier:
        env = base.env | {"FICHIERS": dossier}
        fait = subprocess.run(commande, cwd=RACINE, env=env, check=True, stdout=subprocess.PIPE)  # noqa: S603
    lu = json.loads(fait.stdout)
    detail = (
        f"{lu['lignes']:,} lines, {lu['octets'] / 2**20:.0f} MiB in {lu['secondes']:.0f} s;"
        f" {lu['sommet']:.0f} MiB at the peak, {lu['repos']:.0f} MiB idle"
    )
    return Ligne(f"{sorte}, memory above idle", lu["sommet"] - lu["repos"], MEMOIRE_MAX, "MiB", detail)
