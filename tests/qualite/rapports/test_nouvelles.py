"""What came of one's reports is told in the menu and at the head of the list, until it was seen."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from qualite.models import Rapport
from qualite.rapports.nouvelles import MONTRES
from tests.qualite.fabrique_rapports import un_rapport, un_rapport_pret

TITRE = "Depuis votre dernière visite"
COMPTE = '<span class="menu-compte">'


@pytest.fixture
def pret(distribution):
    return un_rapport_pret(distribution.responsable, point=distribution.point)


def _liste(distribution, role: str = "responsable") -> str:
    return distribution.client(role).get("/qualite/rapports/").content.decode()


def test_who_asked_is_told_until_the_report_is_opened(distribution, pret):
    page = _liste(distribution)
    assert (TITRE in page, COMPTE in page) == (True, True)
    distribution.client("responsable").get(f"/qualite/rapports/{pret.pk}/")
    page = _liste(distribution)
    assert (TITRE in page, COMPTE in page) == (False, False)


def test_nobody_else_is_told_and_their_reading_changes_nothing(distribution, pret):
    assert TITRE not in _liste(distribution, "union")
    distribution.client("union").get(f"/qualite/rapports/{pret.pk}/")
    assert TITRE in _liste(distribution)


def test_a_failure_is_told_and_what_is_not_over_is_not(distribution):
    un_rapport(distribution.responsable, point=distribution.point)
    assert TITRE not in _liste(distribution)
    rate = un_rapport(distribution.responsable, point=distribution.point)
    for etat in ("en_cours", "echec"):
        Rapport.objects.filter(pk=rate.pk).update(etat=etat, erreur="La clé manque.")
    assert "n’a pas abouti" in _liste(distribution)


def test_all_are_marked_seen_at_once(distribution, pret):
    un_rapport_pret(distribution.responsable, point=distribution.point)
    distribution.client("responsable").post("/qualite/rapports/vus/")
    assert TITRE not in _liste(distribution)


def test_the_others_are_counted_as_far_as_they_can_be_opened(distribution):
    for _ in range(MONTRES + 2):
        un_rapport_pret(distribution.responsable, point=distribution.point)
    un_rapport_pret(
        distribution.responsable, point=distribution.ailleurs
    )  # asked for under a role that ended
    page = _liste(distribution).replace("\xa0", " ")
    assert "Et 2 autres." in page
    assert "1 rapport demandé pour un point où vous n’avez plus ce rôle" in page
    distribution.client("responsable").post("/qualite/rapports/vus/")
    assert COMPTE not in _liste(distribution)


def test_nothing_else_of_a_ready_report_is_written_and_it_is_seen_once(pret):
    pret = Rapport.objects.filter(pk=pret.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        pret.update(vu_le=timezone.now(), essais=9)
    pret.update(vu_le=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        pret.update(vu_le=None)
