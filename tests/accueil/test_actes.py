"""The journal of acts: what the union finds in it, and the history of one object."""

import pytest
from django.utils import timezone

from accueil import actes
from accueil.actes import Recherche, histoire, lire_page
from accueil.models import Utilisateur
from mediation.consultations import noter_recherche
from pimms.socle.journal import journaliser
from pimms.socle.models import EntreeJournal
from tests.fabrique import une_visite
from tests.mediation.fabrique import un_dossier


def test_filters_narrow_and_pages_go_on(distribution, monkeypatch):
    monkeypatch.setattr(actes, "PAR_PAGE", 2)
    for _ in range(3):
        journaliser(distribution.union, "creer", distribution.point, point_id=distribution.point.pk)
    journaliser(distribution.direction, "creer", distribution.point, point_id=distribution.point.pk)
    recherche = Recherche(objet="pointaccueil", acteur=distribution.union, au=timezone.localdate())
    une = lire_page(recherche)
    deux = lire_page(recherche, une.suivant)
    assert [len(une.lignes), len(deux.lignes), deux.suivant] == [2, 1, 0]
    assert {ligne.qui for ligne in une.lignes + deux.lignes} == {"Paul Girard"}


def test_a_search_that_finds_nothing_stops_and_says_where(distribution, monkeypatch):
    monkeypatch.setattr(actes, "ETENDUE", 2)
    for _ in range(5):
        journaliser(distribution.union, "creer", distribution.point)
    page = lire_page(Recherche(acte="inconnu"))
    assert (page.lignes, page.jusqu_au is not None) == ([], True)
    assert lire_page(Recherche(acte="inconnu"), page.suivant).suivant < page.suivant


def test_readings_of_cases_are_not_told_to_the_union(distribution):
    noter_recherche(Utilisateur.objects.get(pk=distribution.proprietaire.pk))
    assert not [ligne for ligne in lire_page(Recherche()).lignes if ligne.acte == "chercher"]


def test_a_history_tells_what_changed_of_one_object_only(distribution):
    dossier, autre = (un_dossier(distribution.proprietaire, distribution.point) for _ in range(2))
    journaliser(
        distribution.responsable,
        "modifier",
        dossier,
        avant={"urgence": "normale"},
        apres={"urgence": "rapide"},
    )
    journaliser(distribution.responsable, "modifier", autre)
    derniere = histoire("dossier", dossier.pk)[0]
    assert (derniere.qui, derniere.changements) == ("Léa Tissot", [("urgence", "normale", "rapide")])


def test_of_an_old_visit_the_day_alone_is_told_and_nothing_that_time_takes_away(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire)
    journaliser(distribution.proprietaire, "corriger", visite, avant={"heure": 9}, apres={"heure": None})
    entree = EntreeJournal.objects.get(objet="visite", acte="corriger")
    assert entree.avant == {"heure": "modifié"}
    assert histoire("visite", visite.pk)[0].heure
    # As it was written before the journal kept the hour to itself.
    ancienne = EntreeJournal(objet="visite", avant={"heure": 9}, horodatage=timezone.now() - actes.HEURE_DITE)
    ligne = next(actes.decrire([ancienne]))
    assert (ligne.heure, ligne.changements) == (False, [("heure", "modifié", "–")])


@pytest.mark.parametrize("filtre", ["qui=personne@exemple.fr", "du=2026-13-01", "objet=rien", "qui=%00"])
def test_a_filter_in_error_searches_nothing(distribution, filtre):
    reponse = distribution.client("union").get(f"/accueil/actes/?{filtre}")
    assert reponse.status_code == 422
    assert "Rien n’est cherché" in reponse.content.decode()
