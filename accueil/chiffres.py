"""Figures of the visits of a filter over a period, and over the one it is compared with.

Without a condition on visits or requests, whole months and the days around them are read from the
aggregates, marked days from the visits themselves, and the other days of their months one by one: one
statement, so one snapshot, in which a figure counts exactly what was committed. With one (a channel, an
author, a theme, a partner, a register, an outcome), the visits are read, within `BUDGET`.

Grain: visits, passages and minutes are those of visits; requests are counted apart. Hours, channels,
public and first visits count visits; themes, partners, registers, outcomes and kinds of help count
requests. With a condition on requests, visits hold at least one that meets it, requests meet it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from accueil.agregats_mois import A_CLES, REPARTITIONS, SOMMES
from accueil.filtres import Filtre
from accueil.lecture_agregats import MESURES, ordre
from accueil.models.agregats import HEURES, PAR_JOUR
from pimms.socle.budgets import budget
from pimms.socle.periodes import Periode

BUDGET = 5_000  # milliseconds, as the journal's totals


@dataclass(frozen=True, slots=True)
class Mesures:
    """What one point of several did in a period."""

    visites: int = 0
    passages: int = 0
    minutes: int = 0
    demandes: int = 0
    resolues: int = 0


@dataclass(frozen=True)
class Chiffres:
    """What a period holds. A distribution gives a count by value (None: unknown) or by key, as text."""

    visites: int = 0
    passages: int = 0
    minutes: int = 0
    minutes_estimees: int = 0
    demandes: int = 0
    repartitions: Mapping[str, Mapping[Any, int]] = field(default_factory=dict)
    chaleur: Mapping[tuple[int, int], int] = field(default_factory=dict)  # (0 is Monday, hour): visits
    courbe: Mapping[date, int] = field(default_factory=dict)  # visits by first day of each step
    par_point: Mapping[int, Mesures] = field(default_factory=dict)  # where asked for; none without visits


def lire(
    filtre: Filtre,
    autres: Sequence[Periode] = (),
    pas: str = "jour",
    *,
    par_point: bool = False,
    sans_budget: bool = False,
) -> list[Chiffres]:
    """Figures of the filter's period, then the same over each of the others; the curve by `pas`.

    One statement. Raises `pimms.socle.budgets.BudgetDepasse` past `BUDGET`, unless a task reads, which has
    its own limit.
    """
    periodes = [filtre.periode, *autres]
    texte, valeurs = ordre(filtre, periodes, pas, par_point=par_point)
    with nullcontext() if sans_budget else budget(BUDGET), connection.cursor() as curseur:
        curseur.execute(texte, valeurs)
        listes = [lignes or [] for lignes in curseur.fetchone()]
    return [
        _assembler(*([ligne[1:] for ligne in lignes if ligne[0] == rang] for lignes in listes))
        for rang in range(len(periodes))
    ]


def _assembler(sommes: list, semaines: list, courbe: list, points: list, *par_cle: list) -> Chiffres:
    """The figures of one period, from what the database added up from months and from days."""
    totaux = {c: sum(s[0][n] for s in sommes) for n, c in enumerate(SOMMES)}
    repartitions: dict[str, dict[Any, int]] = {
        r.colonne: dict(zip(r.valeurs, map(sum, zip(*(s[n] for s in sommes), strict=True)), strict=True))
        if sommes
        else dict.fromkeys(r.valeurs, 0)
        for n, r in enumerate(REPARTITIONS, 1)
    }
    for colonne, lignes in zip(A_CLES, par_cle, strict=True):
        repartitions[colonne] = dict(lignes)
    chaleur: Counter = Counter()
    heures = dict.fromkeys(HEURES.valeurs, 0)
    for jour, comptes in semaines:
        for place, n in enumerate(comptes):
            if n:
                rang, heure = divmod(place, PAR_JOUR)
                heures[HEURES.valeurs[heure]] += n
                if HEURES.valeurs[heure] is not None:
                    chaleur[jour + rang, heure] += n
    return Chiffres(
        **totaux,
        repartitions=repartitions | {HEURES.colonne: heures},
        chaleur=dict(chaleur),
        courbe={date.fromisoformat(debut): n for debut, n in courbe},
        par_point={cle: Mesures(**dict(zip(MESURES, comptes, strict=True))) for cle, *comptes in points},
    )
