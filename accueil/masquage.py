"""Which cells of published counts are masked, so that no small one can be read or worked out. Pure.

Primary: a count from 1 to 4. Secondary: as many others as it takes for no masked cell to follow from the
rest, by any sum of the totals that are published, nor from the fact that no count is negative. A zero is
shown: it speaks of nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import inf
from typing import Any

SEUIL = 5
# Cells tied by a relation that a reader knows: their sum, each with its sign, is what is published of them.
# A row under its total: all are 1. Parts and their total, where that is a cell too: 1 each, the total -1.
Ligne = Mapping[Any, int]
Nombre = int | Fraction  # whole as long as it may be: nearly all are 1 and -1, and fractions are slow


def masquer(valeurs: Mapping[Any, int], lignes: Sequence[Ligne], seuil: int = SEUIL) -> frozenset[Any]:
    """Keys of the masked cells. What is masked depends on the values alone: done again, it is the same."""
    masquees = {cle for cle, n in valeurs.items() if 0 < n < seuil}
    rangs = {cle: rang for rang, cle in enumerate(valeurs)}
    while faibles := _faibles(valeurs, lignes, masquees, seuil):
        ajoutees: set[Any] = set()
        for cles in faibles:
            if ajoutees.isdisjoint(cles):
                libres = cles.difference(masquees)
                # The smallest count costs the reader least; a zero only hides something beside another.
                ajoutees |= set(sorted(libres, key=lambda c: (not valeurs[c], valeurs[c], rangs[c]))[:1])
        if not ajoutees:
            break
        masquees |= ajoutees
    return frozenset(masquees)


def _faibles(
    valeurs: Mapping[Any, int], lignes: Sequence[Ligne], masquees: set[Any], seuil: int
) -> list[set[Any]]:
    """For each weakness, the cells of which one more has to be masked."""
    faibles = []
    for ligne in lignes:
        cachees = masquees.intersection(ligne)
        # Masked cells of a row whose sum is itself small would tell that small count.
        if min(ligne.values()) > 0 and 0 < sum(valeurs[c] for c in cachees) < seuil:
            faibles.append(set(ligne))
    for cle in sorted(_deduites(valeurs, lignes, masquees), key=str):
        faibles.append(set().union(*(ligne for ligne in lignes if cle in ligne)))
    return [cles for cles in faibles if not cles <= masquees]


def _deduites(valeurs: Mapping[Any, int], lignes: Sequence[Ligne], masquees: set[Any]) -> set[Any]:
    """Masked cells that a reader works out from what is shown."""
    restes = []
    for ligne in lignes:
        if cachees := {c: signe for c, signe in ligne.items() if c in masquees}:
            restes.append((cachees, sum(signe * valeurs[c] for c, signe in cachees.items())))
    return _par_le_calcul(cachees for cachees, _ in restes) | _par_les_bornes(restes, masquees)


def _par_le_calcul(equations: Iterable[Ligne]) -> set[Any]:
    """Unknowns that some combination of the equations isolates: rows of a single entry, once reduced."""
    reduites: dict[Any, dict[Any, Nombre]] = {}
    for equation in equations:
        ligne: dict[Any, Nombre] = dict(equation)
        for pivot in [c for c in ligne if c in reduites]:
            _retrancher(ligne, reduites[pivot], ligne[pivot])
        if not ligne:
            continue
        pivot, facteur = next(iter(ligne.items()))
        if facteur != 1:
            ligne = {c: -n if facteur == -1 else Fraction(n) / facteur for c, n in ligne.items()}
        for autre in reduites.values():
            if pivot in autre:
                _retrancher(autre, ligne, autre[pivot])
        reduites[pivot] = ligne
    return {pivot for pivot, ligne in reduites.items() if len(ligne) == 1}


def _retrancher(ligne: dict[Any, Nombre], autre: Mapping[Any, Nombre], fois: Nombre) -> None:
    for cle, n in autre.items():
        reste = ligne.get(cle, 0) - fois * n
        if reste:
            ligne[cle] = reste
        else:
            ligne.pop(cle, None)


def _par_les_bornes(restes: Sequence[tuple[Ligne, int]], masquees: set[Any]) -> set[Any]:
    """Unknowns that are held to one value since none is negative, by going round the equations."""
    bas: dict[Any, float] = dict.fromkeys(masquees, 0)
    haut: dict[Any, float] = dict.fromkeys(masquees, inf)
    lignes_de: dict[Any, list[int]] = {cle: [] for cle in masquees}
    for rang, (ligne, _) in enumerate(restes):
        for cle in ligne:
            lignes_de[cle].append(rang)
    a_revoir = set(range(len(restes)))
    while a_revoir:
        ligne, reste = restes[a_revoir.pop()]
        for cle, signe in ligne.items():
            autres = [(c, s) for c, s in ligne.items() if c != cle]
            plus_petit = sum(bas[c] if s > 0 else -haut[c] for c, s in autres)
            plus_grand = sum(haut[c] if s > 0 else -bas[c] for c, s in autres)
            bornes = (reste - plus_grand, reste - plus_petit)
            au_moins, au_plus = bornes if signe > 0 else (-bornes[1], -bornes[0])
            if au_moins > bas[cle] or au_plus < haut[cle]:
                bas[cle], haut[cle] = max(bas[cle], au_moins), min(haut[cle], au_plus)
                a_revoir.update(lignes_de[cle])
    return {cle for cle in masquees if bas[cle] == haut[cle]}
