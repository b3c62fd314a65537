"""The journal's chain: each link seals, with a key that is not in the database, what it holds of the journal.

A link covers the entries numbered after the previous link's last one up to its own: so an entry changed,
taken out, or put in afterwards changes what the link would be. It is forged over committed rows, once nobody
can still add one below its end (`Borne`). Who holds the key could forge a new chain: hence the heads that
leave by mail and in reports, which `verifier(attendus=…)` compares.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from pimms.socle.models import EntreeJournal, MaillonJournal

VERROU = 60_700  # advisory lock: one chain at a time
LOT = 5_000  # entries of a link
LOTS_MAX = 40  # links of one run: some seconds; what is left waits for the next one
ORIGINE = bytes(32)  # what stands before the first link
COLONNES = (
    "id",
    "horodatage",
    "acteur_id",
    "requete",
    "point_id",
    "objet",
    "objet_id",
    "acte",
    "avant",
    "apres",
)

# Whoever writes an entry holds this lock from before the entry has its number until after its commit.
ECRIVAINS = """
SELECT DISTINCT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = 'socle_entreejournal'::regclass AND mode = 'RowExclusiveLock'
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
DERNIER_NUMERO = "SELECT last_value FROM pg_sequences WHERE sequencename = 'socle_entreejournal_id_seq'"


def _octets(ligne: tuple[Any, ...]) -> bytes:
    """The canonical bytes of an entry: JSON, keys sorted, no space, the time in UTC."""
    cle, quand, *reste = ligne
    valeurs = [cle, quand.astimezone(UTC).isoformat(timespec="microseconds"), *reste]
    return json.dumps(valeurs, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _resumer(apres: int, jusqu_a: int) -> tuple[bytes, int]:
    """sha256 of the entries numbered in ]apres, jusqu_a], and how many there are; one at a time in memory."""
    somme, lignes = hashlib.sha256(), 0
    entrees = EntreeJournal.objects.filter(pk__gt=apres, pk__lte=jusqu_a).order_by("pk")
    for ligne in entrees.values_list(*COLONNES).iterator(chunk_size=2_000):
        somme.update(_octets(ligne))
        lignes += 1
    return somme.digest(), lignes


def _sceau(maillon: MaillonJournal, precedente: bytes) -> bytes:
    quand = maillon.fait_le.astimezone(UTC).isoformat(timespec="microseconds")
    tete = f"{maillon.numero}|{maillon.jusqu_a}|{maillon.lignes}|{quand}|".encode()
    return hmac.digest(settings.CLE_JOURNAL, tete + precedente + bytes(maillon.contenu), hashlib.sha256)


def _ecrivains() -> set[str]:
    with connection.cursor() as curseur:
        curseur.execute(ECRIVAINS)
        return {nom for (nom,) in curseur.fetchall()}


class Borne:
    """Below which number no entry can appear any more: known once those who were writing have ended.

    The number is read first: an entry numbered up to it belongs to somebody who had ended by then, or who is
    seen writing just after.
    """

    def __init__(self) -> None:
        with connection.cursor() as curseur:
            curseur.execute(DERNIER_NUMERO)
            self.jusqu_a: int = curseur.fetchone()[0] or 0
        self.attendus = _ecrivains()

    @property
    def sure(self) -> bool:
        self.attendus &= _ecrivains() if self.attendus else set()
        return not self.attendus


def dernier() -> MaillonJournal | None:
    """The head of the chain."""
    return MaillonJournal.objects.order_by("-numero").first()


def chainer(borne: Borne, lots: int = LOTS_MAX) -> int:
    """Forge the links up to a bound that is sure; how many were. Two at once: the second does nothing."""
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SELECT pg_try_advisory_xact_lock(%s)", [VERROU])
        if not curseur.fetchone()[0]:
            return 0
        tete, faits = dernier(), 0
        while faits < lots:
            suivant = _forger(tete, borne.jusqu_a)
            if suivant is None:
                break
            tete, faits = suivant, faits + 1
    return faits


def _forger(tete: MaillonJournal | None, borne: int) -> MaillonJournal | None:
    apres = tete.jusqu_a if tete else 0
    suivantes = EntreeJournal.objects.filter(pk__gt=apres, pk__lte=borne).order_by("pk")
    cles = list(suivantes.values_list("pk", flat=True)[:LOT])
    if not cles:
        return None
    contenu, lignes = _resumer(apres, cles[-1])
    maillon = MaillonJournal(
        numero=tete.numero + 1 if tete else 1,
        jusqu_a=cles[-1],
        lignes=lignes,
        fait_le=timezone.now(),
        contenu=contenu,
    )
    maillon.empreinte = _sceau(maillon, bytes(tete.empreinte) if tete else ORIGINE)
    maillon.save(force_insert=True)
    return maillon


@dataclass(frozen=True)
class Verification:
    """What a walk along the chain found. `rupture`: the first link that is wrong, and why in French."""

    maillons: int
    lignes: int
    attente: int  # entries after the last link
    depuis: datetime | None = None  # when the first of these was written
    rupture: int | None = None
    motif: str = ""
    tete: str = ""  # hash of the last link, hexadecimal

    @property
    def bonne(self) -> bool:
        return self.rupture is None


def verifier(attendus: Mapping[int, str] | None = None) -> Verification:
    """Walk the chain from its first link, one entry at a time in memory, in one snapshot.

    `attendus`: heads known from elsewhere (a mail, a report), hexadecimal, by number.
    """
    attendus = attendus or {}
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        maillons = lignes = fin = 0
        tete = b""
        for numero, maillon, motif in _parcourir(attendus):
            if motif:
                return Verification(maillons, lignes, 0, None, numero, motif)
            maillons, lignes, fin = maillons + 1, lignes + maillon.lignes, maillon.jusqu_a
            tete = bytes(maillon.empreinte)
        manquants = [n for n in attendus if n > maillons]
        if manquants:
            motif = "ce maillon, connu par ailleurs, n’est plus dans la chaîne"
            return Verification(maillons, lignes, 0, None, min(manquants), motif)
        suivantes = EntreeJournal.objects.filter(pk__gt=fin)
        attente, depuis = suivantes.count(), _premiere_heure(suivantes)
        return Verification(maillons, lignes, attente, depuis, tete=tete.hex())


def _premiere_heure(entrees: QuerySet[EntreeJournal]) -> datetime | None:
    return entrees.order_by("pk").values_list("horodatage", flat=True).first()


def attend_depuis() -> datetime | None:
    """Since when the journal's first entry without a link waits for one; None where none does."""
    tete = dernier()
    return _premiere_heure(EntreeJournal.objects.filter(pk__gt=tete.jusqu_a if tete else 0))


def _parcourir(attendus: Mapping[int, str]) -> Iterator[tuple[int, MaillonJournal, str]]:
    """Each link, its expected number, and what is wrong with it (nothing, when all is well)."""
    precedente, apres = ORIGINE, 0
    for numero, maillon in enumerate(MaillonJournal.objects.order_by("numero").iterator(500), start=1):
        yield numero, maillon, _defaut(numero, maillon, precedente, apres, attendus.get(numero))
        precedente, apres = bytes(maillon.empreinte), maillon.jusqu_a


def _defaut(numero: int, maillon: MaillonJournal, precedente: bytes, apres: int, attendue: str | None) -> str:
    if maillon.numero != numero:
        return "ce maillon manque"
    if not hmac.compare_digest(_sceau(maillon, precedente), bytes(maillon.empreinte)):
        return "ce maillon ou celui d’avant a été changé, ou la clé CLE_JOURNAL n’est pas la bonne"
    if attendue is not None and attendue.lower() != bytes(maillon.empreinte).hex():
        return "ce maillon n’est pas celui qui est connu par ailleurs"
    contenu, lignes = _resumer(apres, maillon.jusqu_a)
    if lignes != maillon.lignes:
        ecart = "ôtées" if lignes < maillon.lignes else "ajoutées"
        return f"des entrées ont été {ecart} entre les n° {apres + 1} et {maillon.jusqu_a}"
    if contenu != bytes(maillon.contenu):
        return f"une entrée a été changée entre les n° {apres + 1} et {maillon.jusqu_a}"
    return ""


@dataclass(frozen=True)
class Tete:
    """The head of the chain, as it leaves the database: in a mail, in a report."""

    numero: int
    empreinte: str
    fait_le: datetime

    @classmethod
    def lire(cls) -> "Tete | None":
        maillon = dernier()
        return cls(maillon.numero, bytes(maillon.empreinte).hex(), maillon.fait_le) if maillon else None
