"""The demo's reports: the files of one point and of the network, from the closed campaign's own, and the
last yearly account of the point's association.

Only asked for: the worker makes and signs them when the demo starts, as it does for anybody.
"""

import uuid
from datetime import date

from accueil.models import PointAccueil, Utilisateur
from qualite.models import Evaluation
from qualite.rapports.commande import Demande, Genre, Sujet, derniere_annee
from qualite.rapports.demandes import demander


def demander_les_rapports(union: Utilisateur, point: PointAccueil, evaluation: Evaluation) -> None:
    """Ask for the two files and the account."""
    for sujet in (Sujet(), Sujet(point=point)):
        demander(union, Demande(uuid.uuid4(), sujet, evaluation.jour, evaluation))
    association = Sujet(association=point.association)
    fin = date(derniere_annee(association), 12, 31)
    demander(union, Demande(uuid.uuid4(), association, fin, genre=Genre.BILAN))
