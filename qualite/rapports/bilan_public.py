"""The public of a report's subject, small counts masked as everywhere in the network.

All accounts of a year together must not give back what one of them hides: what is masked is decided for every
point, association and the network at once, from the same figures, and each account shows its own part.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils import timezone

from accueil.annees import public_par_point
from accueil.filtres import Filtre
from accueil.masquage import SEUIL, masquer
from accueil.models.visites import Genre, Situation, TrancheAge
from pimms.socle.periodes import Periode
from qualite.models import Rapport

NON_RENSEIGNE = "Non renseigné"
TITRES = {"ages": "Âge", "genres": "Genre", "situations": "Situation", "premieres": "Première visite"}
DES_BILANS = ("ages", "genres", "situations")  # first visits are told by the network's page alone
CHOIX: dict[str, Sequence[tuple[Any, Any]]] = {
    "ages": TrancheAge.choices,
    "genres": Genre.choices,
    "situations": Situation.choices,
    "premieres": ((True, "Première visite"), (False, "Déjà venu")),
}
RESEAU = ("reseau", 0)
Unite = tuple[str, int]
Table = dict[Unite, dict[str, int]]  # visits of each unit by name of the value


def public(rapport: Rapport, periode: Periode) -> dict[str, Any]:
    """What the visits of the report's subject noted of people: visits, None where masked; one statement."""
    return {"seuil": SEUIL, "tables": lire_tables(Filtre(periode, None), unite_de(rapport))}


def unite_de(rapport: Rapport) -> Unite:
    """Whose public a report is about."""
    if rapport.point_id:
        return "point", rapport.point_id
    return ("association", rapport.association_id) if rapport.association_id else RESEAU


def lire_tables(
    filtre: Filtre, unite: Unite, codes: Collection[str] = DES_BILANS, seuil: int = SEUIL
) -> list[dict[str, Any]]:
    """Tables of the public of a unit, over a whole calendar year of a filter on the whole network; one
    statement, two with conditions. Other periods and other sets of points would give back, by subtraction,
    what is masked."""
    lus = public_par_point(filtre)
    employeurs = {point: lu.association for point, lu in lus.items()}
    tables = []
    for nom in codes:
        table = _table({point: lu.comptes[nom] for point, lu in lus.items()}, employeurs, nom)
        lignes = _montrer(table, employeurs, unite, seuil)
        tables.append({"code": nom, "titre": TITRES[nom], "lignes": lignes})
    return tables


def annee_civile(periode: Periode) -> bool:
    """Whether these days are a calendar year that has ended, the one period over which the public may leave
    its point: of a year under way, two readings a day apart would tell of that day's visits."""
    annee = (date(periode.du.year, 1, 1), date(periode.du.year, 12, 31))
    return (periode.du, periode.au) == annee and periode.au < timezone.localdate()


def _table(comptes: Mapping[int, Mapping[Any, int]], employeurs: Mapping[int, int | None], nom: str) -> Table:
    """Points, their associations and the network, in this order; what nobody said is one value."""
    noms = {valeur: str(mot) for valeur, mot in CHOIX[nom] if valeur != "nc"}
    table: Table = defaultdict(lambda: dict.fromkeys([*noms.values(), NON_RENSEIGNE], 0))
    for point, par_valeur in comptes.items():
        for unite in (("point", point), ("association", employeurs[point] or 0), RESEAU):
            for valeur, n in par_valeur.items():
                table[unite][noms.get(valeur, NON_RENSEIGNE)] += int(n)
    return table


def _montrer(
    table: Table, employeurs: Mapping[int, int | None], unite: Unite, seuil: int
) -> list[dict[str, Any]]:
    if unite not in table:
        return []
    cles = tuple((u, employeurs[u[1]] if u[0] == "point" else None) for u in table)
    masquees = _masquees(cles, tuple(tuple(ligne.items()) for ligne in table.values()), seuil)
    return [
        {"nom": nom, "nombre": None if (unite, nom) in masquees else n} for nom, n in table[unite].items()
    ]


@lru_cache(maxsize=64)
def _masquees(
    cles: tuple[tuple[Unite, int | None], ...], lignes: tuple[tuple[tuple[str, int], ...], ...], seuil: int
) -> frozenset[tuple[Unite, str]]:
    """The masked cells of these units, points with their association, and what each counts by value.

    They depend on nothing else, and a past year seldom changes: they are worked out once a process, for it
    takes half a second over the whole network.
    """
    table = {u: dict(ligne) for (u, _), ligne in zip(cles, lignes, strict=True)}
    valeurs = {(u, nom): n for u, ligne in table.items() for nom, n in ligne.items()}
    rangees: list[dict] = [{(u, nom): 1 for nom in ligne} for u, ligne in table.items()]
    parts: dict[Unite, list[Unite]] = defaultdict(list)
    for u, employeur in cles:
        if u[0] == "point":
            parts["association", employeur or 0].append(u)
        elif u[0] == "association":
            parts[RESEAU].append(u)
    rangees += [
        {(u, nom): 1 for u in siens} | {(tout, nom): -1}
        for tout, siens in parts.items()
        for nom in table[tout]
    ]
    return masquer(valeurs, rangees, seuil)
