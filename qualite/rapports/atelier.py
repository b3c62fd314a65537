"""The two programs that make reports' PDF, beside the worker: one lays out, one checks and signs.

Each takes as much memory as its library needs: the worker, which holds Django, never loads them.
"""

from pimms.socle.annexe import Annexe

PRESSE = Annexe("qualite.rapports.presse")
CACHET = Annexe("qualite.rapports.cachet")


def ouvrir() -> None:
    """Start both before a worker forks: its children share them."""
    PRESSE.ouvrir()
    CACHET.ouvrir()
