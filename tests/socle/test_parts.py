"""Percentages of a whole add up to 100, each at most one away from its exact share."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pimms.socle.parts import parts_entieres

# On a busy machine drawing is slow, which says nothing of the function.
LENTEMENT = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
COMPTES = st.lists(st.integers(0, 10_000_000), min_size=1, max_size=30)


@LENTEMENT
@given(comptes=COMPTES.filter(any))
def test_the_parts_of_a_whole_add_up_to_a_hundred(comptes):
    assert sum(parts_entieres(comptes)) == 100


@LENTEMENT
@given(comptes=COMPTES.filter(any))
def test_no_part_is_one_away_from_its_share(comptes):
    total = sum(comptes)
    for n, part in zip(comptes, parts_entieres(comptes), strict=True):
        assert abs(part - 100 * n / total) < 1


@LENTEMENT
@given(comptes=COMPTES.filter(any))
def test_a_larger_count_never_gets_a_smaller_part(comptes):
    parts = parts_entieres(comptes)
    assert [p for _, p in sorted(zip(comptes, parts, strict=True))] == sorted(parts)


def test_three_equal_thirds_are_34_33_33():
    assert parts_entieres([7, 7, 7]) == [34, 33, 33]


def test_nothing_has_no_parts():
    assert parts_entieres([0, 0]) == [0, 0]
    assert parts_entieres([]) == []
