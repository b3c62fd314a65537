"""Pages of the journal by key: each visit once, in order, both ways, within a budget."""

import uuid
from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accueil import pages_journal
from accueil.filtres import Options
from accueil.forms.journal import lire_filtre
from accueil.models import Demande, Utilisateur, Visite
from accueil.pages_journal import lire_page
from pimms.socle.curseurs import Curseur
from tests.fabrique import un_acces, un_point, un_theme, une_visite

pytestmark = pytest.mark.django_db


class Lecture:
    """Someone who turns the pages of one filter."""

    def __init__(self, personne: Utilisateur, url: str = "periode=12_mois") -> None:
        self.personne = Utilisateur.objects.get(pk=personne.pk)
        self.filtre, _ = lire_filtre(QueryDict(url), Options(self.personne))

    def page(self, curseur: str = "") -> pages_journal.Page:
        return lire_page(self.filtre, self.personne, Curseur.lire(curseur) if curseur else None)

    def tout(self) -> list[int]:
        """Keys of all visits, from the first page to the last."""
        page = self.page()
        cles = [v.pk for v in page.visites]
        while page.suivant:
            page = self.page(page.suivant)
            cles += [v.pk for v in page.visites]
        return cles

    def tout_en_remontant(self) -> list[int]:
        """Keys of all visits, going to the last page, then back up to the first."""
        page = self.page()
        while page.suivant:
            page = self.page(page.suivant)
        cles = [v.pk for v in page.visites]
        while page.precedent:
            page = self.page(page.precedent)
            cles = [v.pk for v in page.visites] + cles
        return cles


def _des_visites(point, auteur, jours: list[int], theme: str = "energie") -> list[Visite]:
    """Visits so many days ago each, written at once."""
    aujourdhui = point.aujourdhui()
    visites = Visite.objects.bulk_create(
        Visite(point=point, auteur=auteur, cle=uuid.uuid4(), jour=aujourdhui - timedelta(days=n))
        for n in jours
    )
    Demande.objects.bulk_create(
        Demande(visite=v, point=point, rang=0, theme=un_theme(theme), issue="resolu") for v in visites
    )
    return visites


def _dans_l_ordre() -> list[int]:
    return list(Visite.objects.order_by("-jour", "-id").values_list("pk", flat=True))


@pytest.fixture
def par_trois(monkeypatch):
    monkeypatch.setattr(pages_journal, "PAR_PAGE", 3)


def test_a_page_holds_fifty_visits(distribution):
    _des_visites(distribution.point, distribution.proprietaire, [0] * 51)
    page = Lecture(distribution.proprietaire).page()
    assert len(page.visites) == 50
    assert page.suivant


def test_the_first_page_has_none_before_and_the_last_none_after(distribution, par_trois):
    _des_visites(distribution.point, distribution.proprietaire, [0, 1, 2, 3])
    lecture = Lecture(distribution.proprietaire)
    premiere = lecture.page()
    derniere = lecture.page(premiere.suivant)
    assert (premiere.precedent, derniere.suivant) == ("", "")
    assert derniere.precedent


def test_exactly_one_page_has_no_neighbour(distribution, par_trois):
    _des_visites(distribution.point, distribution.proprietaire, [0, 1, 2])
    page = Lecture(distribution.proprietaire).page()
    assert (page.precedent, page.suivant) == ("", "")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=6, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=7), st.lists(st.integers(0, 5), max_size=7))
def test_turning_the_pages_shows_each_visit_once_in_order_both_ways(distribution, par_trois, ici, voisins):
    voisin = un_point(distribution.point.association)
    un_acces(distribution.proprietaire, "mediateur", voisin)
    _des_visites(distribution.point, distribution.proprietaire, ici)
    _des_visites(voisin, distribution.proprietaire, voisins)
    for role in ("proprietaire", "union"):
        lecture = Lecture(getattr(distribution, role))
        assert lecture.tout() == _dans_l_ordre()
        assert lecture.tout_en_remontant() == _dans_l_ordre()


def test_many_points_are_paged_as_few(distribution, par_trois, monkeypatch):
    monkeypatch.setattr(pages_journal, "POINTS_FUSIONNES", 1)
    voisin = un_point(distribution.point.association)
    _des_visites(distribution.point, distribution.proprietaire, [0, 2, 4, 6])
    _des_visites(voisin, distribution.proprietaire, [1, 3, 5])
    assert Lecture(distribution.direction).tout() == _dans_l_ordre()


def test_a_visit_that_arrives_meanwhile_moves_no_other(distribution, par_trois):
    _des_visites(distribution.point, distribution.proprietaire, [0, 0, 0, 1, 1])
    lecture = Lecture(distribution.proprietaire)
    attendues = _dans_l_ordre()[3:]
    premiere = lecture.page()
    _des_visites(distribution.point, distribution.proprietaire, [0, 0])
    assert [v.pk for v in lecture.page(premiere.suivant).visites] == attendues


@pytest.mark.parametrize("url", ["theme=justice&periode=12_mois", "canal=telephone&periode=12_mois"])
def test_a_rare_search_stops_at_its_budget_and_goes_on_from_there(distribution, monkeypatch, url):
    monkeypatch.setattr(pages_journal, "EXPLOREES", 4)
    _des_visites(distribution.point, distribution.proprietaire, list(range(9)))
    rare = _des_visites(distribution.point, distribution.proprietaire, [9], theme="justice")[0]
    Visite.objects.filter(pk=rare.pk).update(canal="telephone")
    lecture = Lecture(distribution.proprietaire, url)
    premiere = lecture.page()
    assert premiere.visites == []
    assert premiere.explore_jusqu_au == distribution.point.aujourdhui() - timedelta(days=3)
    assert lecture.tout() == [rare.pk]
    assert lecture.tout_en_remontant() == [rare.pk]


def test_the_budget_is_said_on_the_page(distribution, monkeypatch):
    monkeypatch.setattr(pages_journal, "EXPLOREES", 2)
    _des_visites(distribution.point, distribution.proprietaire, [0, 1, 2])
    page = distribution.client("proprietaire").get("/accueil/journal/?theme=justice").content.decode()
    assert "Il peut y en avoir d’autres plus loin" in page
    assert "Plus anciennes" in page


def test_a_page_that_fills_up_does_not_speak_of_the_budget(distribution, par_trois, monkeypatch):
    monkeypatch.setattr(pages_journal, "EXPLOREES", 5)
    _des_visites(distribution.point, distribution.proprietaire, [0] * 9)
    assert Lecture(distribution.proprietaire, "theme=energie").page().explore_jusqu_au is None


def test_a_position_beyond_the_period_finds_nothing_and_leads_back(distribution):
    _des_visites(distribution.point, distribution.proprietaire, [0])
    page = Lecture(distribution.proprietaire).page(str(Curseur(date(2001, 1, 1), 5)))
    assert page.visites == []
    assert page.precedent


def test_each_visit_comes_with_all_its_requests(distribution):
    demandes = [{"theme": un_theme("energie")}, {"theme": un_theme("justice")}]
    une_visite(distribution.point, distribution.proprietaire, demandes=demandes)
    visite = Lecture(distribution.proprietaire, "theme=justice").page().visites[0]
    assert [d.theme.code for d in visite.demandes_liste] == ["energie", "justice"]


def test_a_visit_past_the_time_limit_offers_no_act(distribution):
    for il_y_a in (7, 8):
        une_visite(distribution.point, distribution.proprietaire, il_y_a=il_y_a)
    visites = Lecture(distribution.proprietaire).page().visites
    assert [v.modifiable for v in visites] == [True, False]


@pytest.mark.parametrize("role", ["proprietaire", "collegue", "responsable", "direction", "union"])
def test_modifiable_says_what_the_rule_says(distribution, role):
    voisin = un_point(distribution.point.association)
    un_acces(distribution.responsable, "mediateur", voisin)
    for point in (distribution.point, voisin, distribution.ailleurs):
        for auteur in (distribution.proprietaire, distribution.collegue, distribution.responsable):
            une_visite(point, auteur)
    une_visite(
        distribution.point, distribution.proprietaire, annulee_le=timezone.now() + timedelta(minutes=1)
    )
    lecture = Lecture(getattr(distribution, role), "annulees=1")
    dites = {v.pk for v in lecture.page().visites if v.modifiable}
    permises = Visite.objects.modifiables_par(lecture.personne)
    assert dites == set(permises.values_list("pk", flat=True))
