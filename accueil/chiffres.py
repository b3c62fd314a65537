"""Figures of the visits of a filter over a period, and over the one it is compared with.

Without a condition on visits or requests, months are read from the aggregates, with the days that the
period has more or less, and marked days from the visits themselves: one statement, so one snapshot, in
which a figure counts exactly what was committed. With one (a channel, an author, a theme, a partner, a
register, an outcome), the columns of the months are counted, and marked days from the visits too, within
`BUDGET`.

Grain: visits, passages and minutes are those of visits; requests are counted apart. Hours, channels,
public and first visits count visits; themes, partners, registers, outcomes and kinds of help count
requests. With a condition on requests, visits hold at least one that meets it, requests meet it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import repeat
from typing import Any

from django.db import connection

from accueil import chiffres_croises, lecture_agregats
from accueil.agregats_mois import A_CLES, REPARTITIONS
from accueil.filtres import Filtre
from accueil.lecture_agregats import SOMMES
from accueil.models.agregats import HEURES, PAR_JOUR, SEMAINE
from accueil.sommes import Chiffres, Lus, Sommes
from pimms.socle.budgets import budget
from pimms.socle.instants import un_instant
from pimms.socle.periodes import Periode

BUDGET = 5_000  # milliseconds, as the journal's totals


def lire(
    filtre: Filtre,
    autres: Sequence[Periode] = (),
    pas: str = "jour",
    coupes: Sequence[date] = (),
    *,
    communes: bool = True,
    par_point: bool = False,
    sans_budget: bool = False,
) -> Lus:
    """Figures of the filter's period, then what each of the others adds up to; the curves by `pas`.

    `coupes`: first days, in order, of the slices that the last period's curve goes by instead.

    Raises `pimms.socle.budgets.BudgetDepasse` past `BUDGET`, unless a task reads (`sans_budget`), which has
    its own limit. One statement; with conditions, one a period, of one snapshot. Not to be called within a
    transaction, which would keep them from it.
    """
    periodes = [filtre.periode, *autres]
    # What is read of the aggregates is small whatever the number of visits: it needs no budget.
    if not filtre.selectif:
        return _lus(filtre, periodes, pas, coupes, communes=communes, par_point=par_point)
    with un_instant() if sans_budget else budget(BUDGET):
        return chiffres_croises.lire(filtre, periodes, pas, coupes, communes=communes, par_point=par_point)


def sommes(filtre: Filtre) -> Sommes:
    """What the filter's period adds up to, the same numbers as `lire`, without its curve; one statement.

    For who holds a budget: with conditions, it raises `pimms.socle.budgets.BudgetDepasse` past that.
    """
    if filtre.selectif:
        return chiffres_croises.sommes(filtre)
    with connection.cursor() as curseur:
        curseur.execute(*lecture_agregats.ordre_des_sommes(filtre))
        return Sommes(**_additionner([ligne[1:] for ligne in curseur.fetchone()[0] or []]))


def _lus(filtre: Filtre, periodes: list[Periode], pas: str, coupes: Sequence[date], **options: bool) -> Lus:
    """One statement, run and arranged; `options` are those of `lecture_agregats.ordre`."""
    texte, valeurs = lecture_agregats.ordre(filtre, periodes, pas, coupes, **options)
    with connection.cursor() as curseur:
        curseur.execute(texte, valeurs)
        sommes, points, courbe, *details = (lignes or [] for lignes in curseur.fetchone())
    lues = [
        _sommes(*([ligne[1:] for ligne in lignes if ligne[0] == rang] for lignes in (sommes, courbe)))
        for rang in range(len(periodes))
    ]
    total = Chiffres(**lues[0], par_point=_par_point(points), **_details(*details))
    return total, [Sommes(**lue) for lue in lues[1:]]


def sommes_par_point(periode: Periode, points: frozenset[int]) -> dict[int, Sommes]:
    """What each of these points that had visits did in a period, without its curve; one statement."""
    texte, valeurs = lecture_agregats.ordre_par_point(periode, points)
    with connection.cursor() as curseur:
        curseur.execute(texte, valeurs)
        return _par_point(curseur.fetchone()[0] or [])


def _sommes(sommes: list, courbe: list) -> dict[str, Any]:
    """What one period adds up to, from lists by months and by days."""
    return {**_additionner(sommes), "courbe": {date.fromisoformat(debut): n for debut, n in courbe}}


def _par_point(points: list) -> dict[int, Sommes]:
    """The sums of each point, from a list by months and by days; those that add up to nothing left out."""
    par_point: dict[int, list] = {}
    for cle, *comptes in points:
        par_point.setdefault(cle, []).append(comptes)
    lues = {cle: Sommes(**_additionner(lignes)) for cle, lignes in par_point.items()}
    return {cle: sommes for cle, sommes in lues.items() if sommes.visites}


def _additionner(lignes: list) -> dict[str, Any]:
    totaux = map(sum, zip(*lignes, strict=True)) if lignes else repeat(0)
    return dict(zip(SOMMES, totaux, strict=False))


def _par_place(lignes: Iterable[Sequence[int]]) -> Iterable[int]:
    """What lists of one length add up to, place by place."""
    return map(sum, zip(*lignes, strict=True))


def _details(repartitions: list, semaines: list, *par_cle: list) -> dict[str, Any]:
    """Distributions and heat map, from lists by months and by days."""
    comptes: dict[str, dict[Any, int]] = {r.colonne: dict.fromkeys(r.valeurs, 0) for r in REPARTITIONS}
    for repartition, lignes in zip(REPARTITIONS, zip(*repartitions, strict=True), strict=False):
        comptes[repartition.colonne] = dict(zip(repartition.valeurs, _par_place(lignes), strict=True))
    comptes |= {colonne: dict(lignes) for colonne, lignes in zip(A_CLES, par_cle, strict=True)}
    comptes[HEURES.colonne] = heures = dict.fromkeys(HEURES.valeurs, 0)
    chaleur: Counter = Counter()
    des_mois = [valeurs for _, valeurs in semaines if len(valeurs) == SEMAINE]
    des_jours = [ligne for ligne in semaines if len(ligne[1]) != SEMAINE]
    for jour, valeurs in [(0, _par_place(des_mois)), *des_jours]:
        for place, n in enumerate(valeurs):
            rang, heure = divmod(place, PAR_JOUR)
            heures[HEURES.valeurs[heure]] += n
            if n and HEURES.valeurs[heure] is not None:
                chaleur[jour + rang, heure] += n
    return {"repartitions": comptes, "chaleur": {place: n for place, n in chaleur.items() if n}}
