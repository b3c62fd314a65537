"""The findings' pages: what each shows, to whom, and where its figures lead."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accueil.models import ContratFranchise
from qualite.evaluation import evaluer
from qualite.models import Constat
from tests.fabrique import LONGTEMPS, un_point, une_visite
from tests.qualite.fabrique import une_preuve
from tests.qualite.fabrique_rapports import un_rapport_pret

TOUT = [{"registre": n} for n in range(1, 6)] * 2


@pytest.fixture
def evalue(distribution):
    for _ in range(2):
        une_visite(distribution.point, distribution.proprietaire, demandes=TOUT)
    evaluer()
    return distribution


def _page(cast, role, nom, *args, **requete):
    reponse = cast.client(role).get(reverse(nom, args=args), requete)
    assert reponse.status_code == 200
    return reponse.content.decode()


def test_the_point_s_page_says_every_requirement_and_where_it_leads(evalue):
    page = _page(evalue, "proprietaire", "constats_point", "LYO-GER")
    assert "5\xa0registres, seuil 5" in page
    assert f"{reverse('registres')}?point=LYO-GER" in page
    assert "Ne vaut pas constat" in page
    assert page.count('class="exigence"') == 35


def test_before_the_first_run_the_page_says_when_there_will_be_something(distribution):
    assert "Rien n’est encore calculé" in _page(distribution, "union", "constats_point", "LYO-GER")


def test_what_is_shown_for_the_association_says_so(evalue):
    page = _page(evalue, "responsable", "constats_point", "LYO-GER")
    assert "constaté pour l’association" in page
    assert "peut agir\u202f: l’union nationale" in page


def test_nobody_is_sent_to_a_page_that_is_closed_to_them(evalue):
    assert reverse("partenaires") not in _page(evalue, "proprietaire", "constat", "LYO-GER", "MEO-5")


def test_the_signed_account_is_a_way_in_for_who_may_read_it(distribution):
    point = distribution.point
    fin = date(point.aujourdhui().year - 1, 12, 31)
    bilan = un_rapport_pret(distribution.union, genre="bilan", association=point.association, au=fin)
    evaluer()
    lien = reverse("rapport", args=[bilan.pk])
    assert lien in _page(distribution, "direction", "constat", "LYO-GER", "SUI-3")
    assert lien not in _page(distribution, "responsable", "constat", "LYO-GER", "SUI-3")


def test_a_requirement_tells_its_history(evalue):
    page = _page(evalue, "union", "constat", "LYO-GER", "CAD-2")
    assert "Histoire de ce constat" in page
    assert "communiqué de certification" in page.lower()


def test_an_unknown_requirement_is_not_found(evalue):
    assert evalue.client("union").get(reverse("constat", args=["LYO-GER", "XYZ-1"])).status_code == 404


def test_the_matrix_has_a_cell_for_each_point_and_requirement(evalue):
    page = _page(evalue, "union", "matrice")
    assert page.count('<a class="case') == 2 * 35
    assert 'href="/qualite/points/LYO-GER/CAD-2/" aria-label="CAD-2\u202f: Atteint"' in page


def test_the_matrix_is_narrowed_by_block_association_and_verdict(evalue):
    page = _page(evalue, "union", "matrice", bloc="cadre", association=str(evalue.point.association_id))
    assert page.count('<a class="case') == 5
    assert "Ailleurs" not in page.split("<tbody>")[1]
    assert "Aucun point ne répond" in _page(evalue, "union", "matrice", bloc="suivi", verdict="atteint")


def test_the_direction_sees_its_own_points_only(evalue):
    page = _page(evalue, "direction", "matrice")
    assert "Gerland" in page
    assert "Ailleurs" not in page


def test_et_si_tells_what_lapses_by_the_day_and_not_before(evalue):
    fin = evalue.point.aujourdhui() + timedelta(days=60)
    ContratFranchise.objects.create(association=evalue.point.association, debut=LONGTEMPS, fin=fin)
    evaluer()
    avant = _page(evalue, "direction", "constats_et_si", "LYO-GER", le=fin.isoformat())
    apres = _page(evalue, "direction", "constats_et_si", "LYO-GER", le=(fin + timedelta(days=1)).isoformat())
    assert "ORG-7" not in avant
    assert "ORG-7" in apres


def test_et_si_foresees_registers_that_grow_old(evalue):
    jour = evalue.point.aujourdhui() + timedelta(days=366)
    assert "CAD-2" in _page(evalue, "proprietaire", "constats_et_si", "LYO-GER", le=jour.isoformat())


def test_et_si_foresees_what_the_network_proves(evalue):
    fin = evalue.point.aujourdhui() + timedelta(days=40)
    une_preuve(evalue.union, ["SUI-6"], debut=evalue.point.aujourdhui(), fin=fin)
    evaluer()
    apres = _page(evalue, "union", "constats_et_si", "LYO-GER", le=(fin + timedelta(days=1)).isoformat())
    assert "SUI-6" in apres


def test_et_si_says_nothing_of_the_network_s_registers(evalue):
    jour = evalue.point.aujourdhui() + timedelta(days=30)
    Constat.objects.filter(code="CAD-2", niveau="reseau").update(verdict="atteint")
    page = evalue.client("union").get(reverse("constats_et_si", args=["LYO-GER"]), {"le": jour.isoformat()})
    assert all(b.avant.niveau != "reseau" for b in page.context["changements"] if b.exigence.code == "CAD-2")


def test_et_si_refuses_a_day_gone_by_beside_its_field(evalue):
    hier = evalue.point.aujourdhui() - timedelta(days=1)
    reponse = evalue.client("union").get(
        reverse("constats_et_si", args=["LYO-GER"]), {"le": hier.isoformat()}
    )
    assert reponse.status_code == 422
    assert "Choisissez un jour à venir" in reponse.content.decode()


def test_a_closed_point_leaves_the_matrix(evalue):
    un_point(nom="Disparu", ferme_le=evalue.point.aujourdhui())
    assert "Disparu" not in _page(evalue, "union", "matrice")


def test_et_si_foresees_a_document_that_lapses(evalue):
    fin = evalue.point.aujourdhui() + timedelta(days=10)
    une_preuve(evalue.responsable, ["CAD-4"], point=evalue.point, fin=fin)
    evaluer()
    jour = (fin + timedelta(days=1)).isoformat()
    assert "CAD-4" in _page(evalue, "responsable", "constats_et_si", "LYO-GER", le=jour)


def test_a_missing_document_leads_to_where_it_is_added(evalue):
    ajout = f"{reverse('preuve_nouvelle')}?exigence=CAD-4"
    assert ajout in _page(evalue, "responsable", "constat", "LYO-GER", "CAD-4")
    assert ajout not in _page(evalue, "proprietaire", "constat", "LYO-GER", "CAD-4")
