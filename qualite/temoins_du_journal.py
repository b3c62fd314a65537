"""Heads of the journal's chain that sealed reports hold: witnesses that the database's owner can't rewrite.

A snapshot is sealed under keys of the environment, its hash is in the PDF that was handed out.
"""

import json
from collections.abc import Iterator

from pimms.socle.chiffrement import Indechiffrable
from qualite.models import InstantaneRapport


def _des_rapports() -> Iterator[tuple[int, str]]:
    instantanes = InstantaneRapport.objects.select_related("rapport__coffre").order_by("pk")
    for instantane in instantanes.iterator(50):
        rapport = instantane.rapport
        try:
            octets = rapport.coffre.coffre.ouvrir(f"{rapport.usage}:instantane", instantane.scelle)
        except Indechiffrable:
            continue  # the report itself is found altered elsewhere
        tete = json.loads(octets).get("journal")
        if tete:
            yield tete["maillon"], tete["empreinte"]


def tetes() -> dict[int, str]:
    """The hash of each link that a report names, by number. Two reports that disagree: the older one, for the
    chain of today then differs from it or from the other."""
    connues: dict[int, str] = {}
    for numero, empreinte in _des_rapports():
        connues.setdefault(numero, empreinte)
    return connues
