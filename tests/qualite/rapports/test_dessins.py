"""The charts of reports: the definitions of the dashboards, their words in the tags, old snapshots too."""

import copy
from datetime import date

import pikepdf
import pytest
from django.template.loader import render_to_string

from qualite.rapports.dessins import chaleur_de_semaine, courbe_des_mois, courbe_du_partenaire, partager
from qualite.rapports.document import Document
from qualite.rapports.instantane import canonique

pytestmark = pytest.mark.django_db  # before the browser's tests: signing starts an event loop of its own


def _textes(produit) -> list[str]:
    """What the tags of a file say of each drawing."""
    with pikepdf.open(produit.chemin) as lu:
        objets = [o for o in lu.objects if isinstance(o, pikepdf.Dictionary)]
        return [str(o["/Alt"]) for o in objets if o.get("/S") == "/Figure"]


def _html(contenu) -> str:
    return Document(canonique(contenu), "0" * 64).html()


def test_a_yearly_account_draws_its_months_its_week_and_its_shares(produits):
    textes, an = _textes(produits["bilan d’un point"]), produits["bilan d’un point"].contenu["bilan"]["annee"]
    assert [t for t in textes if t.startswith(f"Visites par mois, de janvier {an} à décembre {an}. Le plus")]
    assert [t for t in textes if t.startswith("Quand vient-on\u202f? Le plus\u202f: ")]
    assert "Thèmes des demandes, Énergie – Eau\u202f: 4" in textes


def test_a_partner_s_account_draws_its_months_and_says_how_many_are_masked(produits):
    (courbe,) = [t for t in _textes(produits["compte rendu"]) if t.startswith("Demandes par mois")]
    masques = [m for m in produits["compte rendu"].contenu["compte_rendu"]["mois"] if m["demandes"] is None]
    assert f"{len(masques)}\u00a0nombres masqués" in courbe


def test_a_report_draws_the_very_lines_of_a_page_and_of_its_file(produits):
    contenu = produits["bilan d’un point"].contenu
    mois = [(date.fromisoformat(m["mois"]), m["visites"]) for m in contenu["bilan"]["mois"]]
    avant = [m["visites_avant"] for m in contenu["bilan"]["mois"]]
    courbe = courbe_des_mois("visites", mois, avant, str(contenu["bilan"]["annee"] - 1))
    trace = render_to_string("composants/graphiques/dessins/trace.svg", {"dessin": courbe})
    assert trace in _html(contenu)
    assert trace in render_to_string("composants/graphiques/courbe.html", {"courbe": courbe, "id": "c"})


def test_a_snapshot_from_before_the_hours_were_kept_is_laid_out_without_them(produits):
    contenu = copy.deepcopy(produits["bilan d’un point"].contenu)
    assert "Quand vient-on" in _html(contenu)
    del contenu["bilan"]["semaine"]
    html = _html(contenu)
    assert "Quand vient-on" not in html
    assert "Visites par mois" in html


def test_a_masked_number_has_no_bar_and_takes_the_percentages_away():
    lignes = [{"nom": "a", "nombre": 30}, {"nom": "b", "nombre": None}, {"nom": "c", "nombre": 0}]
    parts = partager("Par issue", "demandes", lignes)
    assert [p and p.valeur for _, p in parts["lignes"]] == [30, None, None]
    html = render_to_string("rapports/graphiques/parts.html", {"parts": parts, "quoi": "Issue"})
    assert ("masqué" in html, "%</th>" in html) == (True, False)


def test_percentages_of_a_whole_stand_beside_its_bars():
    parts = partager("Thèmes", "demandes", [{"nom": n, "nombre": 1} for n in "abc"])
    assert [p.part for _, p in parts["lignes"]] == [34, 33, 33]
    html = render_to_string("rapports/graphiques/parts.html", {"parts": parts, "quoi": "Thème"})
    assert "%</th>" in html


def test_two_years_of_months_leave_room_between_their_names():
    mois = [{"mois": date(2024 + n // 12, n % 12 + 1, 1), "demandes": n} for n in range(24)]
    assert len(courbe_du_partenaire({"mois": mois}).marques) == 12


def test_a_week_without_a_known_hour_is_not_drawn():
    assert chaleur_de_semaine([]) is None
