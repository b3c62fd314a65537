"""The list of what the law had erased: written first, then done; kept apart, so that a backup forgets it too.

Each line also goes to a file beside the backups (`EFFACEMENTS`), which a restored database reads again. The
table is what counts: each night the file is written anew from both, so that a line lost comes back.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction

from pimms.socle.models import Effacement

logger = logging.getLogger(__name__)

CONSERVATION, DEMANDE = Effacement.Motif.CONSERVATION, Effacement.Motif.DEMANDE
CHAMPS = {"objet": str, "objet_id": int, "motif": str, "acteur_id": int | None}


def ecrire(acteur: models.Model | None, objet: models.Model, motif: str) -> Effacement:
    """Write down that this is erased, in the transaction that erases it: a line for each erasure, for what
    was written since the last one may be erased as well."""
    effacement = Effacement.objects.create(
        objet=objet._meta.model_name or "",
        objet_id=objet.pk,
        motif=motif,
        acteur_id=acteur.pk if acteur else None,
    )
    transaction.on_commit(lambda: _ajouter_au_fichier(effacement))
    return effacement


def _ligne(effacement: Effacement) -> dict[str, Any]:
    return {c: getattr(effacement, c) for c in CHAMPS} | {"le": effacement.le}


def _octets(ligne: dict[str, Any]) -> bytes:
    return json.dumps(ligne | {"le": ligne["le"].isoformat()}).encode() + b"\n"


def _ajouter_au_fichier(effacement: Effacement) -> None:
    chemin = Path(settings.EFFACEMENTS)
    try:
        with _tenu(chemin):
            _ecrire_a_la_fin(chemin, _octets(_ligne(effacement)))
    except OSError:  # it is erased and written down; the night puts it into the file
        logger.exception("effacement %s: la liste gardée à part ne s’écrit pas", effacement.pk)


@contextmanager
def _tenu(chemin: Path) -> Iterator[None]:
    """One writer at a time, whatever its process: a line added while the list is written anew is not lost."""
    chemin.parent.mkdir(parents=True, exist_ok=True)
    verrou = os.open(chemin.with_name(f"{chemin.name}.verrou"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        yield
    finally:
        os.close(verrou)


def _ecrire_a_la_fin(chemin: Path, octets: bytes) -> None:
    """Append whole lines, on the disk when this returns; after a line cut short, on a line of their own."""
    descripteur = os.open(chemin, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descripteur, "rb+", buffering=0) as fichier:
        taille = os.fstat(descripteur).st_size
        coupee = taille > 0 and os.pread(descripteur, 1, taille - 1) != b"\n"
        fichier.write(b"\n" + octets if coupee else octets)
        os.fsync(descripteur)


@dataclass
class Liste:
    """What such a file holds, oldest first, and the numbers of the lines that can't be read."""

    lignes: list[dict[str, Any]] = field(default_factory=list)
    illisibles: list[int] = field(default_factory=list)


def relire(chemin: Path) -> Liste:
    """Read such a file again, the moments as such. A missing one is empty."""
    liste = Liste()
    if not chemin.exists():
        return liste
    for numero, texte in enumerate(chemin.read_bytes().splitlines(), 1):
        if not texte.strip():
            continue
        try:
            liste.lignes.append(_lire(texte))
        except (ValueError, KeyError, TypeError):
            liste.illisibles.append(numero)
    return liste


def _lire(texte: bytes) -> dict[str, Any]:
    lue = json.loads(texte)
    if not all(isinstance(lue[champ], genre) for champ, genre in CHAMPS.items()):
        raise ValueError("ce n’est pas une ligne de la liste")
    return {champ: lue[champ] for champ in CHAMPS} | {"le": datetime.fromisoformat(lue["le"])}


def reecrire(chemin: Path) -> int:
    """Write the file anew, from itself and from the table; how many lines it lacked. Raises OSError.

    A file with lines that can't be read is kept beside it, and told: in a database restored since, the table
    may not know what they were.
    """
    with _tenu(chemin):
        ancienne = relire(chemin)
        if ancienne.illisibles:
            chemin.with_name(f"{chemin.name}.illisible").write_bytes(chemin.read_bytes())
            logger.error("effacements: %s lignes illisibles, gardées à part", len(ancienne.illisibles))
        gardees = {_cle(ligne): ligne for ligne in ancienne.lignes}
        connues = map(_ligne, Effacement.objects.order_by("pk").iterator(2_000))
        manquantes = {_cle(ligne): ligne for ligne in connues if _cle(ligne) not in gardees}
        _remplacer(chemin, sorted([*gardees.values(), *manquantes.values()], key=lambda ligne: ligne["le"]))
    return len(manquantes)


def _cle(ligne: dict[str, Any]) -> tuple[Any, ...]:
    return ligne["objet"], ligne["objet_id"], ligne["motif"], ligne["le"]


def _remplacer(chemin: Path, lignes: Iterable[dict[str, Any]]) -> None:
    """All or nothing, whatever stops the machine: another file, on the disk, then its name."""
    neuf = chemin.with_name(f"{chemin.name}.neuf")
    with os.fdopen(os.open(neuf, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as fichier:
        fichier.writelines(map(_octets, lignes))
        fichier.flush()
        os.fsync(fichier.fileno())
    neuf.replace(chemin)
    dossier = os.open(chemin.parent, os.O_RDONLY)
    try:
        os.fsync(dossier)
    finally:
        os.close(dossier)
