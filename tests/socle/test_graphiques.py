"""Charts: places on the drawing follow the values."""

import pytest

from pimms.socle.graphiques import Chaleur, Courbe, Moment, echelle, par_heure, repartir


@pytest.mark.parametrize(
    ("maximum", "haut"), [(0, 4), (4, 4), (5, 8), (9, 10), (11, 20), (320, 400), (801, 1000)]
)
def test_the_top_of_an_axis_is_round_and_never_below_the_values(maximum, haut):
    assert echelle(maximum) == haut


def test_a_curve_goes_from_edge_to_edge_and_touches_its_values():
    courbe = Courbe("Visites", "visites", [Moment("a", 0), Moment("b", 4), Moment("c", 2)])
    assert courbe.trace == "M0.0,200.0 500.0,0.0 1000.0,100.0"
    assert courbe.trace_avant == ""


def test_a_shorter_comparison_stops_where_it_ends():
    courbe = Courbe("Visites", "visites", [Moment("a", 1, 4), Moment("b", 1)], "l’an dernier")
    assert courbe.trace_avant == "M0.0,0.0 500.0,0.0"


def test_a_curve_of_one_day_or_of_nothing_can_be_drawn():
    assert Courbe("Visites", "visites", [Moment("a", 0)]).trace == "M0.0,200.0 1000.0,200.0"
    assert Courbe("Visites", "visites", []).trace == ""


def test_a_curve_breaks_off_where_a_value_is_masked():
    moments = [Moment("a", 4), Moment("b", 0), Moment("c", None), Moment("d", None), Moment("e", 2)]
    courbe = Courbe("Demandes", "demandes", moments)
    assert courbe.trace == "M0.0,0.0 250.0,200.0 M1000.0,100.0 875.0,100.0"
    assert Courbe("Demandes", "demandes", [Moment("a", None)]).trace == ""


def test_a_curve_says_its_bounds_and_what_it_does_not_tell():
    moments = [Moment("mai 2025", 12), Moment("juin 2025", 1200), Moment("juillet 2025", None)]
    dit = "Visites par mois, de mai 2025 à juillet 2025. Le plus\u202f: 1\u202f200 (juin 2025)."
    dit += " Le moins\u202f: 12 (mai 2025). 1\u00a0nombre masqué."
    assert Courbe("Visites par mois", "visites", moments).en_mots == dit


def test_a_week_shows_the_hours_between_and_leads_to_each():
    chaleur = par_heure("Quand\u202f?", "visites", {(0, 9): 2, (5, 11): 3}, lambda jour, h: f"{jour} {h}")
    assert chaleur.colonnes == ["9\u202fh", "10\u202fh", "11\u202fh"]
    assert [nom for nom, _ in chaleur.lignes] == ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"]
    assert chaleur.cellules[5] == ("samedi", [(0, ""), (0, ""), (3, "5 11")])
    assert chaleur.en_mots == "Quand\u202f? Le plus\u202f: samedi, 11\u202fh, 3\u00a0visites."
    assert par_heure("Quand\u202f?", "visites", {}) is None


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
