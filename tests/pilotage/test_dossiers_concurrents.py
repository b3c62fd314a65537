"""Counts of cases are exact at every moment while several people open, pass on and close them."""

import random
import threading

import pytest
from django.db import connection

from accueil.models import PointAccueil, Utilisateur
from mediation.cycle_de_vie import changer_etat
from mediation.models import Dossier
from mediation.transferts import transferer
from pimms.pilotage.dossiers import compter
from pimms.socle.instants import un_instant
from pimms.socle.periodes import finissant_le
from tests.mediation.fabrique import un_dossier

pytestmark = pytest.mark.django_db(transaction=True)
ACTES = 12  # of each writer


def _ecrire(auteur_pk: int, point: PointAccueil, vers: PointAccueil, graine: int) -> None:
    """Random openings, transfers and closings of one person."""
    auteur, hasard = Utilisateur.objects.get(pk=auteur_pk), random.Random(graine)  # noqa: S311
    siens: list[Dossier] = []
    for _ in range(ACTES):
        acte = hasard.choice(["ouvrir", "transferer", "clore"])
        if acte == "ouvrir" or not siens:
            siens.append(un_dossier(auteur, point))
            continue
        dossier = siens.pop(hasard.randrange(len(siens)))
        if acte == "clore":
            changer_etat(auteur, dossier, "refuse", depuis="demande")
            changer_etat(auteur, dossier, "clos", depuis="refuse")
        else:
            transferer(auteur, dossier, vers, "Déménagement", depuis="demande", avec_identites=False)


def _exacts(union: Utilisateur, jour, perimetres) -> int:
    """The counts of each of these sets of points are those of its rows; how many were opened in the first."""
    lus = []
    with un_instant():
        tous = list(Dossier.objects.order_by("pk"))
        for points in perimetres:
            lu = compter(union, points, jour, finissant_le(jour, 30))
            lus.append(lu.ouverts)
            ceux = [d for d in tous if points is None or d.point in points]
            assert (lu.ouverts, lu.clos, lu.actifs) == (
                sum(d.predecesseur_id is None for d in ceux),
                sum(d.etat == "clos" and d.issue != "transfert" for d in ceux),
                sum(d.etat != "clos" for d in ceux),
            )
    assert lus[0] == sum(lus[1:])
    return lus[0]


def test_counts_of_cases_are_exact_while_several_people_write(distribution):
    cast, erreurs = distribution, []
    ici, la_bas = cast.point, cast.ailleurs
    perimetres = [None, [ici], [la_bas]]

    def courir(auteur, point, vers, graine) -> None:
        try:
            _ecrire(auteur.pk, point, vers, graine)
        except BaseException as erreur:
            erreurs.append(erreur)
        finally:
            connection.close()

    travaux = [
        (cast.proprietaire, ici, la_bas, 1),
        (cast.collegue, ici, la_bas, 2),
        (cast.etranger, la_bas, ici, 3),
    ]
    fils = [threading.Thread(target=courir, args=travail) for travail in travaux]
    for fil in fils:
        fil.start()
    while any(fil.is_alive() for fil in fils):
        _exacts(cast.union, ici.aujourdhui(), perimetres)
    for fil in fils:
        fil.join()
    assert erreurs == []
    assert _exacts(cast.union, ici.aujourdhui(), perimetres)
    assert Dossier.objects.filter(issue="transfert").exists()
