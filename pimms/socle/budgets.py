"""A time budget for a heavy read: past it, the page says so instead of holding the database."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

from django.db import OperationalError, connection, transaction

from pimms.socle.instants import un_instant

ANNULEE_PAR_LE_SERVEUR = "57014"  # SQLSTATE query_canceled
_fin: ContextVar[float | None] = ContextVar(
    "fin", default=None
)  # of the block under way, by `time.monotonic`


class BudgetDepasse(Exception):
    """The statements took longer than allowed; nothing was changed."""


@contextmanager
def budget(millisecondes: int) -> Iterator[None]:
    """Read the block's statements from one snapshot, each allowed that many milliseconds, as is all that asks
    `continuer` between its reads.

    Within a transaction they are a part of it, and the rest of it is held to the same. Raises BudgetDepasse
    when PostgreSQL cancelled one of them for that reason.
    """
    avant = _fin.set(time.monotonic() + millisecondes / 1000)
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
    finally:
        _fin.reset(avant)


def continuer() -> None:
    """For who reads in many short statements: raises BudgetDepasse once the time of the block is over.

    Does nothing outside a block: a task has a limit of its own.
    """
    fin = _fin.get()
    if fin is not None and time.monotonic() > fin:
        raise BudgetDepasse
