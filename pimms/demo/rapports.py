"""The demo's reports: the closed campaign's own files (the network, each point of its sample), that of the
point's association, and one report of each other kind.

Only asked for: the worker makes and signs them when the demo starts, as it does for anybody; the point where
one logs in comes first.
"""

import uuid
from collections.abc import Iterator
from datetime import date

from accueil.models import Partenaire, PointAccueil, Utilisateur
from qualite.models import Evaluation
from qualite.rapports.commande import Demande, Genre, Sujet, derniere_annee
from qualite.rapports.demandes import demander

PARTENAIRE = "CAF"


def demander_les_rapports(union: Utilisateur, point: PointAccueil, evaluation: Evaluation) -> None:
    """Ask for them all."""
    for demande in (*_autour(point, evaluation), *_de_l_echantillon(point, evaluation)):
        demander(union, demande)


def _autour(point: PointAccueil, evaluation: Evaluation) -> Iterator[Demande]:
    """The point's file and the network's, then each other kind about the point or its association."""
    ici, association = Sujet(point=point), Sujet(association=point.association)
    for sujet in (ici, Sujet(), association):
        yield Demande(uuid.uuid4(), sujet, evaluation.jour, evaluation)
    annee = derniere_annee(ici)
    fin = date(annee, 12, 31)
    yield Demande(uuid.uuid4(), association, fin, genre=Genre.BILAN)
    yield Demande(uuid.uuid4(), ici, point.aujourdhui(), genre=Genre.PLAN)
    yield Demande(uuid.uuid4(), association, association.aujourdhui(), genre=Genre.ATTESTATIONS)
    if partenaire := Partenaire.objects.filter(nom=PARTENAIRE).first():
        yield Demande(
            uuid.uuid4(), ici, fin, genre=Genre.PARTENAIRE, partenaire=partenaire, du=date(annee, 1, 1)
        )


def _de_l_echantillon(point: PointAccueil, evaluation: Evaluation) -> Iterator[Demande]:
    """The files of the other points that the campaign audited."""
    campagne = evaluation.campagne
    for ligne in campagne.points.exclude(point=point).select_related("point") if campagne else ():
        yield Demande(uuid.uuid4(), Sujet(point=ligne.point), evaluation.jour, evaluation)
