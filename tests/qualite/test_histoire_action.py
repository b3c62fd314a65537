"""An action played again from its events: up to the last, it is the row itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from qualite.histoire_action import lire_au
from qualite.models import ActionCorrective
from qualite.suites_action import avancer, reporter
from tests.qualite.fabrique_actions import CHEMIN, amener, une_corrective

LIGNES = ActionCorrective.objects


@pytest.fixture
def action(distribution) -> ActionCorrective:
    return une_corrective(distribution.responsable, distribution.proprietaire, point=distribution.point)


@pytest.mark.parametrize("etat", CHEMIN)
def test_played_to_the_end_it_is_as_its_row_says(distribution, action, etat):
    action = amener(action, etat, tient=distribution.responsable, verifie=distribution.union)
    (vue,) = lire_au(LIGNES.all(), timezone.now())
    colonnes = ("etat", "echeance", "pilote", "realisee_le", "verifiee_le", "close_le")
    assert [getattr(vue, c) for c in colonnes] == [getattr(action, c) for c in colonnes]
    assert (vue.annulee_le is not None) == (etat == "annulee")


def test_a_due_date_moved_and_a_work_begun_again_since_are_left_out(distribution, action):
    action = amener(action, "close", tient=distribution.responsable, verifie=distribution.union)
    avant = timezone.now()
    action = avancer(distribution.responsable, action, action.version, "en_cours", motif="Cela revient.")
    plus_tard = action.echeance + timedelta(days=30)
    reporter(distribution.responsable, action, action.version, plus_tard, "Le temps manque.")
    (vue,), (depuis,) = lire_au(LIGNES.all(), avant), lire_au(LIGNES.all(), timezone.now())
    assert (vue.etat, vue.echeance) == ("close", action.echeance)
    assert (depuis.etat, depuis.echeance, depuis.close_le) == ("en_cours", plus_tard, None)


def test_an_action_opened_since_is_not_there(action):
    assert lire_au(LIGNES.all(), action.creee_le - timedelta(minutes=1)) == []
