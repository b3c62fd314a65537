"""What no log may hold: one-time links, and the rows that PostgreSQL quotes in its errors.

An address of an invitation or of a new password is as good as a password while it lives. An error of
the database tells the values at fault (« Failing row contains (…) »), a visit's note among them.
"""

import logging
import re
from collections.abc import Iterator

import psycopg2
from django.db import Error

_LIENS = re.compile(r"(/accueil/invitation/|/mot-de-passe/nouveau/)[^\s?\"'<>]+")
# What follows the first line of an error's text, to the very end: nothing tells where a quoted value
# ends. Only for texts whose error itself is out of reach (`taire`).
_DETAILS = re.compile(r"(?s)(^|\n|\\n)(DETAIL|CONTEXT|HINT|LINE \d+):.*")
VALEURS = "22"  # SQLSTATE class « data exception »: its messages quote the value itself


def masquer_liens(texte: str) -> str:
    """The text with « … » in place of what makes a one-time link work."""
    return _LIENS.sub(r"\1…", texte)


def epurer(texte: str) -> str:
    """A text for a log: without one-time links, without the details of database errors."""
    return _DETAILS.sub(r"\1\2: …", masquer_liens(texte))


def resumer(erreur: psycopg2.Error) -> str | None:
    """What the server says of an error that holds no value; None when the error is not the server's."""
    diag = erreur.diag
    if not diag.sqlstate:
        return None
    message = "valeur refusée" if diag.sqlstate.startswith(VALEURS) else diag.message_primary
    noms = ((diag.table_name, "table"), (diag.column_name, "colonne"), (diag.constraint_name, "contrainte"))
    lieu = ", ".join([f"SQLSTATE {diag.sqlstate}", *(f"{nom} {v}" for v, nom in noms if v)])
    return f"{message} ({lieu})"


def _chaine(erreur: BaseException | None, vues: set[int]) -> Iterator[BaseException]:
    """An exception, its causes and contexts, and the members of a group."""
    if erreur is None or id(erreur) in vues:
        return
    vues.add(id(erreur))
    yield erreur
    membres = getattr(erreur, "exceptions", ())
    for suivante in (erreur.__cause__, erreur.__context__, *membres):
        yield from _chaine(suivante, vues)


def taire(erreur: BaseException) -> None:
    """Leave in the text of each database error of the chain nothing but its summary."""
    for maillon in _chaine(erreur, set()):
        source = maillon.__cause__ if isinstance(maillon, Error) else maillon
        if isinstance(source, psycopg2.Error) and (resume := resumer(source)):
            maillon.args = (resume,)


class Discretion(logging.Filter):
    """On a handler: cleans the message, its arguments and the traceback of each record."""

    formateur = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            self._epurer(record)
        except Exception:  # a broken record must not break what is being logged
            record.msg, record.args = "ligne illisible de %s", (record.name,)
            record.exc_info = record.exc_text = None
        return True

    def _epurer(self, record: logging.LogRecord) -> None:
        arguments = record.args.values() if isinstance(record.args, dict) else record.args or ()
        for objet in (record.msg, *arguments):
            if isinstance(objet, BaseException):
                taire(objet)
        if record.exc_info and record.exc_info[1]:
            taire(record.exc_info[1])
            record.exc_text = epurer(self.formateur.formatException(record.exc_info))
        message = record.getMessage()
        if (propre := epurer(message)) != message:
            record.msg, record.args = propre, None
