"""Several statements that see the database at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def un_instant() -> Iterator[None]:
    """Read the block's statements from one snapshot: what is committed meanwhile is seen by none of them.

    A block within a transaction sees what that one sees. As a decorator: `@un_instant()`.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as curseur:
            curseur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
