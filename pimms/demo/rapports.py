"""The demo's reports: the files of one point and of the network, asked for on a closed evaluation.

Only asked for: the worker makes and signs them when the demo starts, as it does for anybody.
"""

import uuid

from accueil.models import PointAccueil, Utilisateur
from qualite.models import Evaluation
from qualite.rapports.demandes import Demande, Sujet, demander


def demander_les_rapports(union: Utilisateur, point: PointAccueil, evaluation: Evaluation) -> None:
    """Ask for the two files."""
    for sujet in (Sujet(), Sujet(point=point)):
        demander(union, Demande(uuid.uuid4(), sujet, evaluation.jour, evaluation))
