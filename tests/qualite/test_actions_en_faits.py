"""Corrective actions as facts: what SUI-4 counts, at the exact days of the period."""

from datetime import date, timedelta

import pytest

from accueil.models import PointAccueil
from qualite.chargement import charger
from qualite.models import Referentiel, valeurs_au
from qualite.suites_action import reporter
from tests.qualite.fabrique_actions import amener, une_corrective


@pytest.fixture
def faits(distribution):
    """Load the counts of the cast's point: closed, in time, open, overdue, moved, cancelled too late."""

    def lire(decalage: int = 0) -> tuple[int, ...]:
        seuils = valeurs_au(Referentiel.objects.get(code="xp-x60-600-2016"), date.today())
        jour = distribution.point.aujourdhui() + timedelta(days=decalage)
        lus = charger(list(PointAccueil.objects.select_related("commune")), jour, seuils, saisies=False)
        f = lus.points[distribution.point.pk]
        return (
            f.correctives_closes,
            f.correctives_a_temps,
            f.correctives,
            f.correctives_en_retard,
            f.correctives_reportees,
            f.correctives_annulees_tard,
        )

    return lire


def _une(distribution, **champs):
    return une_corrective(
        distribution.responsable, distribution.proprietaire, point=distribution.point, **champs
    )


def _close(distribution, **champs):
    return amener(
        _une(distribution, **champs), "close", tient=distribution.responsable, verifie=distribution.collegue
    )


def test_actions_are_counted_closed_in_time_or_late(distribution, faits):
    _close(distribution, dans=0)
    _close(distribution, dans=-1)
    assert faits() == (2, 1, 0, 0, 0, 0)


def test_an_open_action_is_overdue_the_day_after_its_due_date(distribution, faits):
    _une(distribution, dans=0)
    assert faits() == (0, 0, 1, 0, 0, 0)
    assert faits(1) == (0, 0, 1, 1, 0, 0)


def test_what_was_closed_before_the_period_counts_no_more(distribution, faits):
    _close(distribution)
    assert faits(364)[0] == 1
    assert faits(367)[0] == 0


def test_an_action_cancelled_in_time_counts_nowhere(distribution, faits):
    amener(
        _une(distribution, dans=5),
        "annulee",
        tient=distribution.responsable,
        verifie=distribution.collegue,
    )
    assert faits() == (0, 0, 0, 0, 0, 0)


def test_an_action_cancelled_once_overdue_counts_against_the_point(distribution, faits):
    amener(
        _une(distribution, dans=-5),
        "annulee",
        tient=distribution.responsable,
        verifie=distribution.collegue,
    )
    assert faits() == (0, 0, 0, 0, 0, 1)
    assert faits(370)[-1] == 0


def test_a_due_date_moved_once_it_was_past_is_no_way_out_by_cancelling(distribution, faits):
    responsable, action = distribution.responsable, _une(distribution, dans=-5)
    action = reporter(responsable, action, 1, action.aujourdhui() + timedelta(days=1), "Plus tard.")
    amener(action, "annulee", tient=responsable, verifie=distribution.collegue)
    assert faits()[-1] == 1


def test_a_due_date_moved_in_time_can_be_cancelled(distribution, faits):
    responsable, action = distribution.responsable, _une(distribution, dans=5)
    action = reporter(responsable, action, 1, action.aujourdhui() + timedelta(days=9), "Plus tard.")
    amener(action, "annulee", tient=responsable, verifie=distribution.collegue)
    assert faits()[-1] == 0


def test_a_due_date_that_moved_is_counted(distribution, faits):
    action = _une(distribution, dans=-2)
    reporter(distribution.responsable, action, 1, action.aujourdhui() + timedelta(days=9), "Plus tard.")
    assert faits() == (0, 0, 1, 0, 1, 0)


def test_actions_of_the_association_are_not_the_point_s(distribution, faits):
    une_corrective(distribution.direction, distribution.direction, association=distribution.point.association)
    assert faits() == (0, 0, 0, 0, 0, 0)
