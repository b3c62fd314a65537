"""A time budget within a page's one moment."""

import pytest
from django.db import connection

from pimms.socle.budgets import BudgetDepasse, budget
from pimms.socle.instants import un_instant


def _demander(question: str) -> str:
    with connection.cursor() as curseur:
        curseur.execute(question)
        return curseur.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_statement_past_its_budget_leaves_the_moment_going_on():
    with un_instant():
        isolation = _demander("SHOW transaction_isolation")
        with pytest.raises(BudgetDepasse), budget(1):
            _demander("SELECT pg_sleep(1)::text")
        with budget(900):
            assert _demander("SHOW statement_timeout") == "900ms"
        assert isolation == _demander("SHOW transaction_isolation") == "repeatable read"
