"""Reminders of corrective actions: when, to whom, once."""

import pytest

from accueil.models import Acces
from pimms.socle.models import Courriel
from qualite.actions import confier
from qualite.rappels_actions import envoyer_rappels
from tests.qualite.fabrique_actions import amener, une_corrective


def _une(distribution, dans: int, il_y_a: int = 40, **champs):
    return une_corrective(
        distribution.responsable,
        distribution.proprietaire,
        point=distribution.point,
        dans=dans,
        il_y_a=il_y_a,
        **champs,
    )


def _destinataires() -> list[str]:
    return list(Courriel.objects.order_by("pk").values_list("destinataire", flat=True))


@pytest.mark.parametrize(("dans", "envoyes"), [(31, 0), (30, 1), (7, 1), (1, 1), (0, 1), (-1, 0)])
def test_a_reminder_goes_before_the_due_date(distribution, dans, envoyes):
    _une(distribution, dans)
    assert envoyer_rappels() == envoyes


def test_each_reminder_goes_once_to_the_owner(distribution):
    _une(distribution, 7)
    assert [envoyer_rappels() for _ in range(2)] == [1, 0]
    assert _destinataires() == [distribution.proprietaire.email]


def test_no_reminder_for_a_delay_that_was_never_given(distribution):
    _une(distribution, 12, il_y_a=0)
    assert envoyer_rappels() == 0


def test_once_done_it_waits_for_who_verifies(distribution):
    action = _une(distribution, 7)
    action = confier(distribution.responsable, action, 1, distribution.proprietaire, distribution.collegue)
    amener(action, "realisee", tient=distribution.responsable, verifie=distribution.collegue)
    Courriel.objects.all().delete()
    envoyer_rappels()
    assert _destinataires() == [distribution.collegue.email]


def test_once_verified_it_waits_for_who_holds_it(distribution):
    amener(_une(distribution, 7), "efficace", tient=distribution.responsable, verifie=distribution.collegue)
    envoyer_rappels()
    assert _destinataires() == [distribution.responsable.email]


def test_when_its_owner_has_left_the_manager_is_reminded(distribution):
    action = _une(distribution, 7)
    Acces.objects.filter(personne=distribution.proprietaire).update(fin=action.ouverte_le)
    envoyer_rappels()
    assert _destinataires() == [distribution.responsable.email]


def test_a_closed_action_is_not_reminded_of(distribution):
    amener(_une(distribution, 7), "close", tient=distribution.responsable, verifie=distribution.collegue)
    assert envoyer_rappels() == 0
