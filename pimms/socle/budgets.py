"""A time budget for a heavy read: past it, the page says so instead of holding the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

ANNULEE_PAR_LE_SERVEUR = "57014"  # SQLSTATE query_canceled


class BudgetDepasse(Exception):
    """The statements took longer than allowed; nothing was changed."""


@contextmanager
def budget(millisecondes: int) -> Iterator[None]:
    """Run the block's statements in one transaction, each allowed that many milliseconds.

    Raises BudgetDepasse when PostgreSQL cancelled one of them for that reason.
    """
    try:
        with transaction.atomic(durable=True):
            with connection.cursor() as curseur:
                curseur.execute("SELECT set_config('statement_timeout', %s, true)", [str(millisecondes)])
            yield
    except OperationalError as erreur:
        if getattr(erreur.__cause__, "pgcode", None) == ANNULEE_PAR_LE_SERVEUR:
            raise BudgetDepasse from erreur
        raise
