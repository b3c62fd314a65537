"""Mediation cases on a dashboard: numbers only, of the cases that this person may know of."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from django.db.models import Count, Q

from accueil.models import PointAccueil, Utilisateur
from mediation.a_suivre import a_revoir
from mediation.etats import ACTIFS
from mediation.models import Dossier
from pimms.socle.periodes import Periode

ANCIENNETES = ((30, "moins d’un mois"), (90, "un à trois mois"), (180, "trois à six mois"))
AU_DELA = "plus de six mois"


@dataclass(frozen=True)
class Comptes:
    """Cases opened and closed in the period; today's active ones, by age; those to review, one's own."""

    ouverts: int
    clos: int
    actifs: int
    a_revoir: int
    miens_a_revoir: int
    par_age: list[tuple[str, int]]


def compter(utilisateur: Utilisateur, point: PointAccueil, periode: Periode) -> Comptes:
    """Count the cases of a point in one statement."""
    visibles = Dossier.objects.visibles_par(utilisateur).filter(point=point)
    jour, jours = point.aujourdhui(), (periode.du, periode.au)
    actifs = Q(etat__in=ACTIFS)
    revus = a_revoir(visibles, jour).order_by().values("pk")
    bornes = [jour + timedelta(days=1), *(jour - timedelta(days=n) for n, _ in ANCIENNETES)]
    ages = {
        f"age{n}": Count("pk", filter=actifs & Q(ouvert_le__lt=haut, ouvert_le__gte=bas))
        for n, (haut, bas) in enumerate(pairwise(bornes))
    }
    ages["age3"] = Count("pk", filter=actifs & Q(ouvert_le__lt=bornes[-1]))
    comptes = visibles.order_by().aggregate(
        ouverts=Count("pk", filter=Q(ouvert_le__range=jours)),
        clos=Count("pk", filter=Q(clos_le__range=jours)),
        actifs=Count("pk", filter=actifs),
        a_revoir=Count("pk", filter=Q(pk__in=revus)),
        miens_a_revoir=Count("pk", filter=Q(pk__in=revus, mediateur=utilisateur)),
        **ages,
    )
    noms = [*(nom for _, nom in ANCIENNETES), AU_DELA]
    par_age = [(nom, comptes.pop(f"age{n}")) for n, nom in enumerate(noms)]
    return Comptes(**comptes, par_age=par_age)
