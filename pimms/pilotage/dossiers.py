"""Mediation cases on a dashboard: numbers only, of the cases that this person may know of."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from accueil.models import Utilisateur
from mediation.a_suivre import a_revoir
from mediation.etats import ACTIFS
from mediation.listes import CLOS, OUVERTS, POINT
from mediation.models import Dossier
from mediation.models.dossiers import DossierQuerySet
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


def compter(utilisateur: Utilisateur, points: frozenset[int] | None, jour: date, periode: Periode) -> Comptes:
    """Count the cases of some points, or of all, in one plain statement: those of a year are few, and adding
    them up here costs less than having conditional counts built, written and read as SQL."""
    bornes = (periode.du, periode.au)
    dossiers = Dossier.objects.all() if points is None else Dossier.objects.filter(point__in=points)
    lignes = list(
        dossiers.visibles_par(utilisateur)
        .filter(DossierQuerySet.en_cours() | Q(ouvert_le__range=bornes) | Q(clos_le__range=bornes))
        .order_by()
        .values_list("etat", "ouvert_le", "clos_le", "anonymise_le", "mediateur", a_revoir(jour))
    )
    ages = [
        (jour - ouvert).days
        for etat, ouvert, _, anonymise, *_ in lignes
        if etat in ACTIFS and anonymise is None
    ]
    revus = [mediateur for *_, mediateur, tardif in lignes if tardif]
    return Comptes(
        ouverts=sum(periode.du <= ouvert <= periode.au for _, ouvert, *_ in lignes),
        clos=sum(clos is not None and periode.du <= clos <= periode.au for _, _, clos, *_ in lignes),
        actifs=len(ages),
        a_revoir=len(revus),
        miens_a_revoir=revus.count(utilisateur.pk),
        par_age=_par_age(ages),
    )


def _par_age(ages: list[int]) -> list[tuple[str, int]]:
    """How many cases of each age, which is counted in days."""
    comptes, moins = [], -1
    for jours, nom in ANCIENNETES:
        comptes.append((nom, sum(moins < age <= jours for age in ages)))
        moins = jours
    return [*comptes, (AU_DELA, sum(age > moins for age in ages))]


@dataclass(frozen=True)
class Listes:
    """The list behind each count: addresses, empty where no list has the same cases."""

    ouverts: str = ""
    clos: str = ""
    par_age: tuple[str, ...] = ("",) * (len(ANCIENNETES) + 1)


def listes(jour: date, periode: Periode, point: str = "") -> Listes:
    """The lists of a point by its code, or of all that one may know of."""

    def liste(vue: str, du: date | None, au: date) -> str:
        jours = {"du": du.isoformat() if du else "", "au": au.isoformat(), "point": point}
        champs = {"vue": vue} | {cle: valeur for cle, valeur in jours.items() if valeur}
        return f"{reverse('dossiers')}?{urlencode(champs)}"

    ages, au = [], jour
    for jours, _ in ANCIENNETES:
        du = jour - timedelta(days=jours)
        ages.append(liste(POINT, du, au))
        au = du - timedelta(days=1)
    bornes = periode.du, periode.au
    return Listes(liste(OUVERTS, *bornes), liste(CLOS, *bornes), (*ages, liste(POINT, None, au)))
