"""Filling tables fast and safely: COPY, with keys and indexes taken down and put back around it."""

import io
from collections.abc import Iterable, Sequence

from django.db import connection, models
from psycopg2 import Binary, sql
from psycopg2.extras import Json


def _texte(valeur) -> str:
    if valeur is None:
        return "\\N"
    if isinstance(valeur, bool):
        return "t" if valeur else "f"
    if isinstance(valeur, Binary):
        return "\\\\x" + bytes(valeur.adapted).hex()
    if isinstance(valeur, Json):
        valeur = valeur.dumps(valeur.adapted)
    texte = str(valeur)
    for signe, code in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        texte = texte.replace(signe, code)
    return texte


def copier_objets(curseur, modele: type[models.Model], objets: Iterable[models.Model]) -> None:
    """COPY unsaved rows of a model, keys included."""
    champs = modele._meta.concrete_fields
    lignes = (
        "\t".join(_texte(f.get_db_prep_save(getattr(o, f.attname), connection)) for f in champs)
        for o in objets
    )
    tampon = "".join(f"{ligne}\n" for ligne in lignes).encode()
    copier(curseur, modele._meta.db_table, [f.column or "" for f in champs], tampon)


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
