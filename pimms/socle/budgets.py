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

    Within a transaction they are a part of it, and what it allows comes back after them. Raises BudgetDepasse
    when PostgreSQL cancelled one of them for that reason.
    """
    dedans = connection.in_atomic_block
    tenue: AbstractContextManager = transaction.atomic() if dedans else un_instant()
    try:
        with tenue:
            avant = _permettre(str(millisecondes))
            yield
            if dedans:  # else the end of the transaction does
                _permettre(avant)
    except OperationalError as erreur:
        if getattr(erreur.__cause__, "pgcode", None) == ANNULEE_PAR_LE_SERVEUR:
            raise BudgetDepasse from erreur
        raise


def _permettre(duree: str) -> str:
    """Allow each statement that long to the end of the transaction; what was allowed before."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)", [duree]
        )
        return curseur.fetchone()[0]
