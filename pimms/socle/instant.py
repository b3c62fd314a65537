"""One moment of the database: what is read here is of a single snapshot, whoever writes meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def un_seul_instant() -> Iterator[None]:
    """A REPEATABLE READ transaction that writes nothing.

    Refused within another transaction, whose level can't be changed any more; that of a test is let be.
    """
    with transaction.atomic(durable=True), connection.cursor() as curseur:
        if not connection.savepoint_ids:
            curseur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
