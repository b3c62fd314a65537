"""Several statements that see the database at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ


@contextmanager
def un_instant() -> Iterator[None]:
    """Read the block's statements from one snapshot: what is committed meanwhile is seen by none of them, and
    they write nothing.

    A block within a transaction sees what that one sees.
    """
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    lien = connection.connection
    avant = lien.isolation_level, lien.readonly
    # Said with BEGIN, for it costs no statement more.
    lien.isolation_level, lien.readonly = ISOLATION_LEVEL_REPEATABLE_READ, True
    try:
        with transaction.atomic():
            yield
    finally:
        if not lien.closed:
            lien.isolation_level, lien.readonly = avant
