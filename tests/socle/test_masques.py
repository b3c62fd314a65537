"""Small cells: whatever is told, no rare answer can be found by subtraction."""

from hypothesis import given
from hypothesis import strategies as st

from pimms.socle.masques import SEUIL, regrouper


@given(st.lists(st.integers(0, 40), max_size=9))
def test_no_cell_told_is_small_and_none_can_be_subtracted(comptes):
    cellules = [(f"c{n}", valeur) for n, valeur in enumerate(comptes)]
    dites = regrouper(cellules)
    assert all(n >= SEUIL for _, n in dites)
    if dites:
        assert sum(n for _, n in dites) == sum(comptes)
        gardees = set(dites) & set(cellules)
        tues = [c for c in cellules if c[1] and c not in gardees]
        assert len(tues) != 1


def test_what_is_common_stays_as_it_is():
    assert regrouper([("a", 12), ("b", 0), ("c", 5)]) == [("a", 12), ("c", 5)]


def test_a_whole_too_small_is_not_told():
    assert regrouper([("a", 3), ("b", 1)]) == []
