"""Mediation cases on a dashboard: numbers only, of the cases that this person may know of."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum, auto
from itertools import pairwise
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse

from accueil.models import PointAccueil, Utilisateur
from mediation.a_suivre import a_revoir, est_du
from mediation.etats import TRANSFERT
from mediation.listes import A_REVOIR, DUS, OUVERTS, POINT, TERMINES
from mediation.models import Dossier
from mediation.models.dossiers import DossierQuerySet
from pimms.socle.periodes import Periode

ANCIENNETES = ((30, "moins d’un mois"), (90, "un à trois mois"), (180, "trois à six mois"))
NOMS_DES_AGES = (*(nom for _, nom in ANCIENNETES), "plus de six mois")


@dataclass(frozen=True)
class Comptes:
    """Cases opened and closed in the period; today's active ones, by age; those to review.

    A case that was passed on from point to point is opened where it began and closed where it ended: over
    any points together it counts once. `dus`: how many wait for something, by the list that has them.
    """

    ouverts: int
    clos: int
    actifs: int
    a_revoir: int
    par_age: list[tuple[str, int]]
    dus: dict[str, int] = field(default_factory=dict)


# Active cases, then those older than each number of days: a class is what lies between two of them. A case
# may be of tomorrow, where the day has begun before ours: the first class holds it.
_PAR_AGE = ", ".join(["count(age)", *(f"count(*) FILTER (WHERE age > {jours})" for jours, _ in ANCIENNETES)])
_COLONNES = ("ouvert_le", "predecesseur", "clos_le", "issue", "anonymise_le", "mediateur")
# Around the cases that one may know of: of ten thousand in a year, numbers alone come back. OFFSET keeps each
# case from being looked into again by each count.
_COMPTES = f"""
SELECT count(*) FILTER (WHERE ouvert BETWEEN %s AND %s AND avant IS NULL),
  count(*) FILTER (WHERE clos BETWEEN %s AND %s AND issue <> %s), {_PAR_AGE},
  count(*) FILTER (WHERE {A_REVOIR}){{dus}}
FROM (SELECT d.*, %s OR mediateur = %s AS sien,
    CASE WHEN clos IS NULL AND anonymise IS NULL THEN %s::date - ouvert END AS age
  FROM ({{dossiers}} OFFSET 0)
    d (ouvert, avant, clos, issue, anonymise, mediateur, {A_REVOIR}{{noms}})) t"""  # noqa: S608 — numbers of this module


class DeQui(Enum):
    """Whose cases are looked into for what is due today."""

    PERSONNE = auto()
    LECTEUR = auto()
    TOUS = auto()


def _lignes(
    utilisateur: Utilisateur,
    points: Collection[PointAccueil] | None,
    jour: date,
    bornes: tuple[date, date],
    dus: tuple[str, ...],
) -> QuerySet:
    """Cases in course, opened or closed in these days, that one may know of; `dus`: see `est_du`."""
    visibles = (
        Dossier.objects.visibles_par(utilisateur)
        if points is None
        else Dossier.objects.visibles_aux_points(utilisateur, points)
    )
    cles = None if points is None else [point.pk for point in points]
    jours = {point.aujourdhui() for point in points or ()}
    commun = jours.pop() if len(jours) == 1 else None
    return (
        visibles.filter(DossierQuerySet.en_cours() | Q(ouvert_le__range=bornes) | Q(clos_le__range=bornes))
        .order_by()
        .values_list(*_COLONNES, a_revoir(commun), *(est_du(quoi, jour, cles) for quoi in dus))
    )


def compter(
    utilisateur: Utilisateur,
    points: Collection[PointAccueil] | None,
    jour: date,
    periode: Periode,
    de_qui: DeQui = DeQui.PERSONNE,
) -> Comptes:
    """Count the cases of some points, or of all, in one plain statement."""
    bornes = (periode.du, periode.au)
    dus = () if de_qui is DeQui.PERSONNE else tuple(DUS)
    lignes = _lignes(utilisateur, points, jour, bornes, dus)
    try:
        texte, valeurs = lignes.query.sql_with_params()
    except EmptyResultSet:  # nobody's cases: no statement is needed
        return Comptes(0, 0, 0, 0, [(nom, 0) for nom in NOMS_DES_AGES])
    rappels = (*dus, A_REVOIR) if dus else ()
    requete = _COMPTES.format(
        dossiers=texte,
        noms="".join(f", {quoi}" for quoi in dus),
        dus="".join(f", count(*) FILTER (WHERE sien AND age IS NOT NULL AND {quoi})" for quoi in rappels),
    )
    sien = de_qui is DeQui.TOUS, utilisateur.pk
    autres = (*bornes, *bornes, TRANSFERT, *sien, jour)
    with connection.cursor() as curseur:
        curseur.execute(requete, (*autres, *valeurs))
        ouverts, clos, *lus = curseur.fetchone()
    ages, (revus, *nombres) = lus[: len(NOMS_DES_AGES)], lus[len(NOMS_DES_AGES) :]
    par_age = (plus - encore for plus, encore in pairwise((*ages, 0)))
    return Comptes(
        ouverts,
        clos,
        ages[0],
        revus,
        list(zip(NOMS_DES_AGES, par_age, strict=True)),
        dict(zip(rappels, nombres, strict=True)),
    )


@dataclass(frozen=True)
class Listes:
    """The list behind each count: addresses."""

    ouverts: str
    clos: str
    actifs: str
    a_revoir: str
    par_age: tuple[str, ...]


def listes(jour: date, periode: Periode, lieux: Mapping[str, str]) -> Listes:
    """The lists of the cases that one may know of at some points, which `lieux` chooses in an address."""

    def liste(vue: str, du: date | None = None, au: date | None = None) -> str:
        jours = {"du": du.isoformat() if du else "", "au": au.isoformat() if au else ""}
        champs = {"vue": vue} | {cle: valeur for cle, valeur in (jours | {**lieux}).items() if valeur}
        return f"{reverse('dossiers')}?{urlencode(champs)}"

    ages: list[str] = []
    au: date | None = None
    for jours, _ in ANCIENNETES:
        du = jour - timedelta(days=jours)
        ages.append(liste(POINT, du, au))
        au = du - timedelta(days=1)
    bornes = periode.du, periode.au
    return Listes(
        liste(OUVERTS, *bornes),
        liste(TERMINES, *bornes),
        liste(POINT),
        liste(A_REVOIR),
        (*ages, liste(POINT, None, au)),
    )
