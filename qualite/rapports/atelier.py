"""The two programs that make reports' PDF, beside the worker: one lays out, one checks and signs.

Each takes as much memory as its library needs: the worker, which holds Django, never loads them.
"""

from django.template.loader import get_template
from django.urls import reverse

from pimms.socle.annexe import Annexe

PRESSE = Annexe("qualite.rapports.presse")
CACHET = Annexe("qualite.rapports.cachet")


def ouvrir() -> None:
    """Before the worker forks: what its children share, the programs and what they would each load."""
    from qualite.rapports.document import GABARITS  # noqa: PLC0415 — it lays out by the programs

    PRESSE.ouvrir()
    CACHET.ouvrir()
    for gabarit in GABARITS.values():
        get_template(gabarit)
    reverse("rapports")  # the addresses, and the views that they lead to: mails have links
