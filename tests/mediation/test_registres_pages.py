"""The registers' panel, the table of all points, the entries behind a figure."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accueil.registres import REGISTRES
from pimms.socle.budgets import BudgetDepasse
from pimms.socle.periodes import mois_finissant_le
from qualite.models import Parametre
from qualite.parametres import decider_valeur
from tests.fabrique import un_acces, un_point, une_visite
from tests.mediation.fabrique import un_dossier
from tests.mediation.fabrique_terrain import une_action_faite


def _page(cast, role: str, nom: str = "registres", arguments: tuple = (), **parametres):
    return cast.client(role).get(reverse(nom, args=arguments), parametres)


def _texte(reponse) -> str:
    return reponse.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_the_panel_shows_eight_tiles(distribution):
    un_dossier(distribution.proprietaire, distribution.point)
    page = _texte(_page(distribution, "proprietaire"))
    assert all(str(r.libelle) in page for r in REGISTRES)
    assert "1 dossier de médiation" in page


def test_an_empty_point_is_told_how_to_begin(distribution):
    assert "Rien n’est encore noté" in _texte(_page(distribution, "proprietaire"))


def test_unlike_kinds_are_added_up_only_by_saying_so(distribution):
    cast = distribution
    une_visite(cast.point, cast.proprietaire, demandes=[{"registre": 8}])
    une_action_faite(cast.proprietaire, cast.point)
    page = _texte(_page(cast, "proprietaire"))
    assert "2 entrées de 2 sortes" in page


def test_one_entry_is_shown_as_one(distribution):
    une_action_faite(distribution.proprietaire, distribution.point)
    page = _texte(_page(distribution, "proprietaire"))
    assert "sous le repère" in page
    assert "encore 2 pour le repère" in page


def test_the_panel_says_it_is_a_self_evaluation(distribution):
    assert "Ne vaut pas constat d’AFNOR Certification" in _texte(_page(distribution, "proprietaire"))


def test_requests_without_a_register_are_said(distribution):
    une_visite(distribution.point, distribution.proprietaire, demandes=[{}, {"registre": 3}])
    assert "1 demande sur 2 sans registre" in _texte(_page(distribution, "proprietaire"))


def test_the_union_sees_every_point_in_one_table(distribution):
    un_dossier(distribution.proprietaire, distribution.point)
    page = _texte(_page(distribution, "union"))
    assert distribution.point.nom in page
    assert distribution.ailleurs.nom in page
    assert f"point={distribution.point.code}" in page


def test_the_union_reads_the_same_by_association(distribution):
    page = _texte(_page(distribution, "union", niveau="association"))
    assert distribution.point.association.nom in page


def test_each_line_tells_the_months_covered_and_the_last_day(distribution):
    jour = distribution.point.aujourdhui()
    for il_y_a in (0, 62):
        une_visite(distribution.point, distribution.proprietaire, il_y_a=il_y_a, demandes=[{"registre": 3}])
    table = _texte(_page(distribution, "union")).partition("<tbody>")[2]
    ligne = table[table.index(distribution.point.nom) :].partition("</tr>")[0]
    assert '<td class="nombre">2</td>' in ligne
    assert f"{jour:%d/%m/%Y}" in ligne


def test_a_line_of_an_association_leads_to_its_eight_registers(distribution):
    association = distribution.point.association
    un_dossier(distribution.proprietaire, distribution.point)
    page = _texte(_page(distribution, "union", niveau="association"))
    assert f"association={association.pk}" in page
    page = _texte(_page(distribution, "union", point="tous", association=association.pk))
    assert association.nom in page
    assert "1 dossier de médiation" in page


def test_who_reads_some_points_of_an_association_is_told_that_they_are_theirs(distribution):
    association = distribution.point.association
    un_acces(distribution.collegue, "mediateur", un_point(association, nom="Second point"))
    choix = {"point": "tous", "association": association.pk}
    assert "vos points d" in _texte(_page(distribution, "collegue", **choix))
    assert "vos points d" in _texte(_page(distribution, "collegue", point="tous", niveau="association"))
    assert "vos points d" not in _texte(_page(distribution, "direction", **choix))


def test_the_foot_leads_to_the_eight_registers_of_the_network(distribution):
    un_dossier(distribution.proprietaire, distribution.point)
    un_dossier(distribution.etranger, distribution.ailleurs)
    assert "niveau=ensemble" in _texte(_page(distribution, "union"))
    page = _texte(_page(distribution, "union", point="tous", niveau="ensemble"))
    assert "2 dossiers de médiation" in page


def test_the_figures_of_an_association_and_of_the_network_open_their_entries(distribution):
    ici = un_dossier(distribution.proprietaire, distribution.point, objet="Bruit de Zéphyrine")
    la = un_dossier(distribution.etranger, distribution.ailleurs)
    arguments = (2, "dossier")
    page = _texte(_page(distribution, "union", "registre_entrees", arguments, point="tous"))
    assert (ici.reference in page, la.reference in page, "Zéphyrine" in page) == (True, True, False)
    assert distribution.ailleurs.nom in page
    parametres = {"point": "tous", "association": distribution.point.association_id}
    page = _texte(_page(distribution, "union", "registre_entrees", arguments, **parametres))
    assert (ici.reference in page, la.reference in page) == (True, False)


def test_a_direction_opens_nothing_of_another_association(distribution):
    un_point(distribution.point.association, nom="Second point")
    autre = distribution.ailleurs.association_id
    for nom, arguments in (("registres", ()), ("registre_entrees", (2, "dossier"))):
        reponse = _page(distribution, "direction", nom, arguments, point="tous", association=autre)
        assert reponse.status_code == 404


def test_the_entries_of_all_its_points_stay_those_of_a_direction(distribution):
    un_point(distribution.point.association, nom="Second point")
    ici = un_dossier(distribution.proprietaire, distribution.point)
    la = un_dossier(distribution.etranger, distribution.ailleurs)
    page = _texte(_page(distribution, "direction", "registre_entrees", (2, "dossier"), point="tous"))
    assert (ici.reference in page, la.reference in page) == (True, False)


def test_a_list_that_takes_too_long_says_so(distribution, monkeypatch):
    def trop(*_, **__):
        raise BudgetDepasse

    monkeypatch.setattr("mediation.views.registres.lire_entrees", trop)
    page = _page(distribution, "union", "registre_entrees", (2, "dossier"), point="tous")
    assert (page.status_code, "demande trop de calcul" in _texte(page)) == (200, True)


def test_a_direction_sees_its_own_points_only(distribution):
    un_point(distribution.point.association, nom="Second point")
    page = _texte(_page(distribution, "direction"))
    assert "Second point" in page
    assert distribution.ailleurs.nom not in page


def test_a_mediateur_of_two_points_may_look_at_both(distribution):
    un_acces(distribution.proprietaire, "mediateur", distribution.ailleurs)
    page = _texte(_page(distribution, "proprietaire", point="tous"))
    assert distribution.ailleurs.nom in page


def test_the_point_of_others_is_not_told(distribution):
    assert _page(distribution, "proprietaire", point=distribution.ailleurs.code).status_code == 404


def test_a_year_that_nobody_means_is_an_error_of_the_form(distribution):
    for page in ("registres", "registres_a_verifier"):
        reponse = _page(distribution, "proprietaire", page, du="0001-01-01", au="0001-01-05")
        assert (reponse.status_code, "du" in reponse.context["form"].errors) == (200, True)


@pytest.mark.parametrize(
    "periode",
    [{"du": "2026-05-02", "au": "2026-05-01"}, {"du": "2010-01-01", "au": "2026-01-01"}, {"du": "x"}],
)
def test_a_period_in_error_is_told_and_left_out(distribution, periode):
    reponse = _page(distribution, "proprietaire", **periode)
    assert reponse.status_code == 200
    assert reponse.context["champ"].du_repere
    assert reponse.context["form"].errors


def test_a_figure_opens_its_entries(distribution):
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    page = _texte(_page(distribution, "proprietaire", "registre_entrees", (2, "dossier")))
    assert dossier.reference in page
    assert reverse("dossier", args=[dossier.reference]) in page


def test_a_request_opens_the_journal_at_its_day(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire, demandes=[{"registre": 3}])
    page = _texte(_page(distribution, "proprietaire", "registre_entrees", (3, "demande")))
    assert f"registre=3&amp;du={visite.jour}" in page


def test_a_case_restricted_to_others_is_counted_but_not_shown(distribution):
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    dossier.restreint = True
    dossier.save(update_fields=["restreint"])
    page = _texte(_page(distribution, "collegue", "registre_entrees", (2, "dossier")))
    assert dossier.reference not in page
    seule = _texte(_page(distribution, "collegue", "registre_entrees", (3, "dossier")))
    assert page.count("réservé à d’autres") == seule.count("réservé à d’autres")  # whether or not one is


def test_entries_go_by_pages_of_fifty(distribution):
    for n in range(51):
        une_visite(distribution.point, distribution.proprietaire, il_y_a=n % 7, demandes=[{"registre": 1}])
    premiere = _page(distribution, "proprietaire", "registre_entrees", (1, "demande"))
    assert len(premiere.context["page"].entrees) == 50
    suite = distribution.client("proprietaire").get(
        reverse("registre_entrees", args=[1, "demande"]) + premiere.context["suivant"]
    )
    assert len(suite.context["page"].entrees) == 1


def test_a_broken_position_gives_the_first_page(distribution):
    reponse = _page(distribution, "proprietaire", "registre_entrees", (2, "dossier"), curseur="xx")
    assert reponse.status_code == 200
    assert "incomplète" in _texte(reponse)


@pytest.mark.parametrize("arguments", [(9, "dossier"), (0, "dossier"), (2, "inconnue")])
def test_an_unknown_register_or_kind_is_not_found(distribution, arguments):
    assert _page(distribution, "proprietaire", "registre_entrees", arguments).status_code == 404


def test_entries_of_an_earlier_period_are_those_of_that_period(distribution):
    jour = distribution.point.aujourdhui()
    une_visite(distribution.point, distribution.proprietaire, il_y_a=40, demandes=[{"registre": 1}])
    du, au = jour - timedelta(days=45), jour - timedelta(days=35)
    page = _page(
        distribution, "proprietaire", "registre_entrees", (1, "demande"), du=du.isoformat(), au=au.isoformat()
    )
    assert len(page.context["page"].entrees) == 1


def test_union_reads_coded_values_of_the_entries_and_no_text(distribution):
    une_action_faite(distribution.proprietaire, distribution.point, titre="Chez Fatou Martin")
    page = _texte(
        _page(distribution, "union", "registre_entrees", (8, "action"), point=distribution.point.code)
    )
    assert "Atelier" in page
    assert "Fatou Martin" not in page


def _decider(distribution, code, valeur):
    parametre = Parametre.objects.get(referentiel__code="xp-x60-600-2016", code=code)
    decider_valeur(distribution.union, parametre, valeur, date.today(), "Décidé en réunion")


def test_the_landmark_is_the_one_that_the_union_decides(distribution):
    une_visite(distribution.point, distribution.proprietaire, demandes=[{"registre": 3}] * 2)
    assert "encore 1 pour le repère" in _texte(_page(distribution, "proprietaire"))
    _decider(distribution, "registres_repere", 2)
    page = _texte(_page(distribution, "proprietaire"))
    assert "au repère" in page
    assert "règle du réseau depuis le" in page


def test_a_point_is_held_to_the_threshold_of_points(distribution):
    une_visite(distribution.point, distribution.proprietaire, demandes=[{"registre": 3}])
    _decider(distribution, "registres_seuil_point", 6)
    assert "Repère : 6 sur 8" in _texte(_page(distribution, "proprietaire"))


def test_the_period_is_that_of_the_rule(distribution):
    _decider(distribution, "registres_periode", 6)
    champ = _page(distribution, "proprietaire").context["champ"]
    assert champ.periode == mois_finissant_le(champ.periode.au, 6)


def test_a_period_gone_by_is_read_with_the_rule_of_its_last_day(distribution):
    _decider(distribution, "registres_repere", 2)
    hier = date.today() - timedelta(days=1)
    champ = _page(distribution, "proprietaire", du=hier.isoformat(), au=hier.isoformat()).context["champ"]
    assert champ.regle.repere == 3


def test_an_address_narrows_the_points_of_the_table_and_of_the_panel(distribution):
    cast = distribution
    voisin = un_point(cast.point.association, code="LYO-VAI")
    for point in (cast.point, voisin, cast.ailleurs):
        une_visite(point, cast.proprietaire, demandes=[{"registre": 3}])
    page = _page(cast, "union", point="tous", points="LYO-GER.LYO-VAI")
    assert {r.code for r, _ in page.context["rangees"]} == {"LYO-GER", "LYO-VAI"}
    assert '<input type="hidden" name="points" value="LYO-GER.LYO-VAI">' in page.content.decode()
    panneau = _page(cast, "union", point="tous", niveau="ensemble", points="LYO-GER.LYO-VAI").context[
        "panneau"
    ]
    assert panneau.tout.nombre == 2


def test_a_point_that_one_may_not_read_narrows_nothing(distribution):
    page = _page(distribution, "direction", point="tous", points=distribution.ailleurs.code)
    assert page.status_code == 404
