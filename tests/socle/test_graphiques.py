"""Charts: places on the drawing follow the values."""

import pytest

from pimms.socle.graphiques import Chaleur, Courbe, Moment, echelle, repartir


@pytest.mark.parametrize(
    ("maximum", "haut"), [(0, 4), (4, 4), (5, 8), (9, 10), (11, 20), (320, 400), (801, 1000)]
)
def test_the_top_of_an_axis_is_round_and_never_below_the_values(maximum, haut):
    assert echelle(maximum) == haut


def test_a_curve_goes_from_edge_to_edge_and_touches_its_values():
    courbe = Courbe("Visites", "visites", [Moment("a", 0), Moment("b", 4), Moment("c", 2)])
    assert courbe.trace == "0.0,200.0 500.0,0.0 1000.0,100.0"
    assert courbe.trace_avant == ""


def test_a_shorter_comparison_stops_where_it_ends():
    courbe = Courbe("Visites", "visites", [Moment("a", 1, 4), Moment("b", 1)], "l’an dernier")
    assert courbe.trace_avant == "0.0,0.0 500.0,0.0"


def test_a_curve_of_one_day_or_of_nothing_can_be_drawn():
    assert Courbe("Visites", "visites", [Moment("a", 0)]).trace == "0.0,200.0 1000.0,200.0"
    assert Courbe("Visites", "visites", []).trace == ""


def test_a_square_grows_with_its_value():
    chaleur = Chaleur("Quand", "visites", ["8 h", "9 h", "10 h"], [("lundi", [0, 1, 10])])
    ((_, _, cases),) = chaleur.rangees
    assert [c.niveau for c in cases] == [0, 1, 5]
    assert cases[1].cote < cases[2].cote


def test_beyond_its_first_lines_a_whole_adds_the_others_up():
    parts = repartir("Thèmes", "demandes", [(str(n), n, "") for n in range(1, 7)], tete=3).parts
    assert [(p.libelle, p.valeur) for p in parts] == [("6", 6), ("5", 5), ("4", 4), ("Autres (3)", 6)]
    assert sum(p.part for p in parts) == 100


def test_one_line_too_many_is_named_rather_than_called_others():
    parts = repartir("Thèmes", "demandes", [("a", 3, ""), ("b", 2, ""), ("c", 1, "")], tete=2).parts
    assert [p.libelle for p in parts] == ["a", "b", "c"]


def test_nothing_has_no_parts_to_draw():
    assert repartir("Thèmes", "demandes", [("a", 0, "")]).parts == []
