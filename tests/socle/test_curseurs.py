"""Positions in a list: written into the URL and read back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pimms.socle.curseurs import Curseur, CurseurIllisible

cles = st.integers(min_value=0, max_value=2**63 - 1)


@given(st.dates(), cles, st.booleans())
def test_a_position_comes_back_as_it_was_written(jour, cle, remonte):
    curseur = Curseur(jour, cle, remonte)
    assert Curseur.lire(str(curseur)) == curseur


@given(st.dates(), cles, st.booleans())
def test_a_position_needs_no_escape_in_an_address(jour, cle, remonte):
    assert str(Curseur(jour, cle, remonte)).replace("-", "").replace("_", "").isalnum()


@given(st.text(max_size=40))
def test_any_text_is_a_position_or_is_refused_as_unreadable(texte):
    try:
        lu = Curseur.lire(texte)
    except CurseurIllisible:
        return
    assert str(lu) == texte


@pytest.mark.parametrize("texte", ["", "x", "é", "AAAA", "=" * 18, "A" * 18, "A" * 5000, "\x00"])
def test_a_broken_position_is_refused(texte):
    with pytest.raises(CurseurIllisible):
        Curseur.lire(texte)


def test_a_position_cut_by_one_letter_is_refused():
    with pytest.raises(CurseurIllisible):
        Curseur.lire(str(Curseur(date(2026, 11, 23), 12))[:-1])
