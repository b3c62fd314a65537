"""Filling tables fast and safely: COPY, with keys and indexes taken down and put back around it."""

import io
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import date, time
from uuid import UUID

import psycopg2
from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connections, models
from psycopg2 import sql
from psycopg2.extras import Json

_ECHAPPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
# Values that PostgreSQL reads as Python writes them: no field has anything to prepare.
_TELS_QUELS = (int, date, time, UUID)


def _texte(champ: models.Field, valeur) -> str:
    """A value as COPY's text format wants it."""
    if valeur is None:
        return "\\N"
    if isinstance(valeur, bool):
        return "t" if valeur else "f"
    if isinstance(valeur, str):
        return valeur.translate(_ECHAPPES)
    if isinstance(valeur, _TELS_QUELS):
        return str(valeur)
    if isinstance(valeur, bytes):
        return "\\\\x" + valeur.hex()
    prete = champ.get_db_prep_save(valeur, connections[DEFAULT_DB_ALIAS])
    if isinstance(champ, ArrayField):  # of codes or numbers: nothing to quote
        prete = f"{{{','.join(map(str, valeur))}}}"
    return str(prete.dumps(prete.adapted) if isinstance(prete, Json) else prete).translate(_ECHAPPES)


Couchees = tuple[str, list[str], bytes]  # a table, its columns, the lines of COPY


def coucher(modele: type[models.Model], objets: Iterable[models.Model]) -> Couchees:
    """Unsaved rows of a model, keys included, as COPY wants them."""
    champs = [(f, f.attname) for f in modele._meta.concrete_fields]
    lignes = ("\t".join([_texte(f, o.__dict__[nom]) for f, nom in champs]) for o in objets)
    tampon = "".join(f"{ligne}\n" for ligne in lignes).encode()
    return modele._meta.db_table, [f.column or "" for f, _ in champs], tampon


def copier_objets(curseur, modele: type[models.Model], objets: Iterable[models.Model]) -> None:
    """COPY unsaved rows of a model."""
    copier(curseur, *coucher(modele, objets))


def copier(curseur, table: str, noms: Sequence[str], octets: bytes, *, gel: bool = False) -> None:
    """COPY lines in text format; `gel` freezes them (the table was emptied in this transaction)."""
    ordre = sql.SQL("COPY {} ({}) FROM STDIN{}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, noms)),
        sql.SQL(" WITH (FREEZE)" if gel else ""),
    )
    curseur.copy_expert(ordre, io.BytesIO(octets), size=1 << 18)


def demonter(curseur, tables: Sequence[str]) -> list[str]:
    """Take down keys, unique and exclusion constraints and indexes of these tables, then empty them.

    Returns the statements that put them back, in order. The definitions come from the catalogue, so
    that a later migration is followed. Foreign keys of other tables towards these go too. CHECK and
    NOT NULL stay: each line is checked.
    """
    curseur.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype = 'f'"
        " FROM pg_constraint WHERE (conrelid = ANY(%(t)s::regclass[]) AND contype IN ('p', 'u', 'x', 'f'))"
        "    OR (confrelid = ANY(%(t)s::regclass[]) AND contype = 'f')"
        " ORDER BY contype = 'f', contype, conrelid::regclass::text, conname",
        {"t": list(tables)},
    )
    contraintes = curseur.fetchall()
    curseur.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = ANY(%s::regclass[])"
        "   AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype <> 'f')"
        " ORDER BY 1",
        [list(tables)],
    )
    index = curseur.fetchall()
    for table, nom, _, _ in reversed(contraintes):
        curseur.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{nom}"')
    for nom, _ in index:
        curseur.execute(f"DROP INDEX {nom}")
    curseur.execute(f"TRUNCATE {', '.join(tables)}")
    ajouts = [(f'ALTER TABLE {t} ADD CONSTRAINT "{n}" {d}', etrangere) for t, n, d, etrangere in contraintes]
    return [
        *(ajout for ajout, etrangere in ajouts if not etrangere),
        *(definition for _, definition in index),
        *(ajout for ajout, etrangere in ajouts if etrangere),
    ]


@contextmanager
def sans_liens(curseur, tables: Iterable[str]) -> Iterator[None]:
    """Take down the foreign keys of these tables for a block that fills them.

    Put back, each checks all rows in one reading, where a filled row checks its own, one after the other.
    Within a transaction of the caller: whatever fails, its end puts them back.
    """
    curseur.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = ANY(%s::regclass[]) AND contype = 'f' ORDER BY 1, 2",
        [list(tables)],
    )
    liens = curseur.fetchall()
    for table, nom, _ in liens:
        curseur.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{nom}"')
    yield
    for table, nom, definition in liens:
        curseur.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{nom}" {definition}')


def analyser(url: str, *groupes: Iterable[str]) -> None:
    """VACUUM ANALYZE these tables, each group on a connection of its own, side by side."""
    with ThreadPoolExecutor(len(groupes)) as fils:
        for fait in [fils.submit(_analyser, url, tables) for tables in groupes]:
            fait.result()


def _analyser(url: str, tables: Iterable[str]) -> None:
    with closing(psycopg2.connect(url)) as lien:
        lien.autocommit = True
        with lien.cursor() as curseur:
            curseur.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")


def regler_sequences(curseur, tables: Iterable[str]) -> None:
    """Each table's key sequence goes on after its largest key."""
    for table in tables:
        curseur.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), coalesce(max(id), 1), max(id) IS NOT NULL)"
                " FROM {}"
            ).format(sql.Identifier(table)),
            [table],
        )


def prochaines_cles(curseur, modeles: Iterable[type[models.Model]]) -> dict[type[models.Model], int]:
    """The first free key of each model's table."""
    cles = {}
    for modele in modeles:
        curseur.execute(
            sql.SQL("SELECT coalesce(max(id), 0) + 1 FROM {}").format(sql.Identifier(modele._meta.db_table))
        )
        cles[modele] = curseur.fetchone()[0]
    return cles
