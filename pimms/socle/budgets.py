"""A time budget for a heavy read: past it, the page says so instead of holding the database."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import OperationalError, connection, transaction

from pimms.socle.instants import un_instant

ANNULEE_PAR_LE_SERVEUR = "57014"  # SQLSTATE query_canceled


class BudgetDepasse(Exception):
    """The statements took longer than allowed; nothing was changed."""


@contextmanager
def budget(millisecondes: int) -> Iterator[None]:
    """Read the block's statements from one snapshot, each allowed that many milliseconds.

    Within a transaction they are a part of it, and the rest of it is held to the same. Raises BudgetDepasse
    when PostgreSQL cancelled one of them for that reason.
    """
    tenue: AbstractContextManager = transaction.atomic() if connection.in_atomic_block else un_instant()
    try:
        with tenue:
            with connection.cursor() as curseur:
                curseur.execute("SELECT set_config('statement_timeout', %s, true)", [str(millisecondes)])
            yield
    except OperationalError as erreur:
        if getattr(erreur.__cause__, "pgcode", None) == ANNULEE_PAR_LE_SERVEUR:
            raise BudgetDepasse from erreur
        raise
