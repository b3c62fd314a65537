"""Small cells of a table that leaves the place where its people are known. No Django here."""

from collections.abc import Sequence

SEUIL = 5  # under which a number could tell of somebody


def regrouper(comptes: Sequence[tuple[str, int]], seuil: int = SEUIL) -> list[tuple[str, int]]:
    """Put the cells under `seuil` together, and the smallest others until that number is one of several
    cells and reaches `seuil` itself: what the total gives away by subtraction names nobody.

    Cells of zero are left out. Nothing is told of a whole under `seuil`.
    """
    presents = [(nom, n) for nom, n in comptes if n]
    rares = [cellule for cellule in presents if cellule[1] < seuil]
    if not rares:
        return presents
    autres = sorted((c for c in presents if c[1] >= seuil), key=lambda c: c[1])
    while autres and (len(rares) < 2 or sum(n for _, n in rares) < seuil):
        rares.append(autres.pop(0))
    somme = sum(n for _, n in rares)
    if somme < seuil:
        return []
    return [*(c for c in presents if c in autres), (f"Autres réponses ({len(rares)})", somme)]
