"""The demo's reports: a closed evaluation, and the files of one point and of the network asked for.

Only asked for: the worker makes and signs them when the demo starts, as it does for anybody.
"""

import uuid

from accueil.models import PointAccueil, Utilisateur
from qualite.arrets import arreter
from qualite.evaluation import evaluer
from qualite.models import Evaluation
from qualite.rapports.demandes import Demande, Sujet, demander

TITRE = "Auto-évaluation avant l’audit"


def demander_les_rapports(union: Utilisateur, point: PointAccueil) -> Evaluation | None:
    """Evaluate the network, close the evaluation, ask for the two files."""
    if evaluer() is None:
        return None
    evaluation = arreter(union, TITRE, uuid.uuid4())
    for sujet in (Sujet(), Sujet(point=point)):
        demander(union, Demande(uuid.uuid4(), sujet, evaluation.jour, evaluation))
    return evaluation
