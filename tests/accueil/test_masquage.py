"""Masked counts: small ones are hidden, and nothing that is published gives one back."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accueil.masquage import SEUIL, masquer

LIGNES, COLONNES = 3, 3
petits = st.lists(st.integers(0, 9), min_size=LIGNES * COLONNES, max_size=LIGNES * COLONNES)


def _tableau(nombres: list[int]) -> tuple[dict, list[dict]]:
    """A table whose rows have a published total, and whose columns end with a total that is a cell."""
    valeurs = {(r, c): nombres[r * COLONNES + c] for r, c in product(range(LIGNES), range(COLONNES))}
    valeurs |= {("t", c): sum(valeurs[r, c] for r in range(LIGNES)) for c in range(COLONNES)}
    rangees = [{(r, c): 1 for c in range(COLONNES)} for r in (*range(LIGNES), "t")]
    return valeurs, rangees + [{(r, c): 1 if r != "t" else -1 for r in (*range(LIGNES), "t")}
                               for c in range(COLONNES)]  # fmt: skip


def _mondes(valeurs: dict, lignes: list[dict], masquees: frozenset) -> dict:
    """For each masked cell, the values that it has in the tables that a reader can't tell apart: every
    way of filling them without a negative count, tried one by one."""
    inconnues = sorted(masquees, key=str)
    equations = [
        ([(c, s) for c, s in ligne.items() if c in masquees],
         sum(s * valeurs[c] for c, s in ligne.items() if c in masquees))
        for ligne in lignes
    ]  # fmt: skip
    vues: dict = {cle: set() for cle in inconnues}

    def tenir(monde: dict) -> bool:
        for termes, total in equations:
            reste = total - sum(s * monde[c] for c, s in termes if c in monde)
            libres = [s for c, s in termes if c not in monde]
            if (not libres and reste) or (libres and min(libres) > 0 and reste < 0):
                return False
        return True

    def remplir(rang: int, monde: dict) -> None:
        if all(len(v) > 1 for v in vues.values()):
            return
        if rang == len(inconnues):
            for cle, n in monde.items():
                vues[cle].add(n)
            return
        cle = inconnues[rang]
        for n in sorted(range(28), key=lambda n: abs(n - valeurs[cle])):
            monde[cle] = n
            if tenir(monde):
                remplir(rang + 1, monde)
            del monde[cle]

    remplir(0, {})
    return vues


@settings(max_examples=60, deadline=None, derandomize=True)
@given(petits)
def test_no_masked_cell_can_be_worked_out_from_the_totals(nombres):
    valeurs, lignes = _tableau(nombres)
    masquees = masquer(valeurs, lignes)
    assert all(cle in masquees for cle, n in valeurs.items() if 0 < n < SEUIL)
    assert all(len(possibles) > 1 for possibles in _mondes(valeurs, lignes, masquees).values())


@pytest.mark.parametrize(
    ("nombres", "masquees"),
    [
        ([12, 30, 7], []),
        ([12, 30, 0], []),  # a zero speaks of nobody
        ([12, 3, 7], [1, 2]),  # the one small count would be what is missing: the next smallest goes too
        ([12, 4, 3], [1, 2]),
        ([12, 1, 2], [0, 1, 2]),  # together they are a small count
        ([3, 0, 0], [0, 1, 2]),
    ],
)
def test_a_row_under_its_total(nombres, masquees):
    valeurs = dict(enumerate(nombres))
    assert sorted(masquer(valeurs, [dict.fromkeys(valeurs, 1)])) == masquees


def test_a_part_alone_under_a_shown_total_hides_the_total_or_another_part():
    valeurs = {"a": 3, "b": 40, "c": 50, "total": 93}
    assert masquer(valeurs, [{"a": 1, "b": 1, "c": 1, "total": -1}]) == {"a", "b"}
    assert masquer({"a": 3, "total": 3}, [{"a": 1, "total": -1}]) == {"a", "total"}


def test_a_network_of_seventy_points_is_masked_in_time():
    bandes, points = range(9), range(70)
    valeurs: dict = {(p, b): (p * 7 + b * b * 5) % 23 for p in points for b in bandes}
    groupes = {f"a{g}": [p for p in points if p // 4 == g] for g in range(18)}
    for nom, siens in groupes.items():
        valeurs |= {(nom, b): sum(valeurs[p, b] for p in siens) for b in bandes}
    valeurs |= {("r", b): sum(valeurs[a, b] for a in groupes) for b in bandes}
    lignes = [{(u, b): 1 for b in bandes} for u in (*points, *groupes, "r")]
    lignes += [{(p, b): 1 for p in siens} | {(a, b): -1} for a, siens in groupes.items() for b in bandes]
    lignes += [{(a, b): 1 for a in groupes} | {("r", b): -1} for b in bandes]
    masquees = masquer(valeurs, lignes)
    assert len(masquees) < len(valeurs) / 2
