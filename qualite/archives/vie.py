"""The life of an archive: taken by a worker, written sealed, kept three days; its state is a row."""

import os
import secrets
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from pimms.socle.flux import Scelleur
from pimms.socle.models import CleDonnees
from pimms.socle.taches import Abandon
from qualite.archives.ecriture import archiver
from qualite.models import ArchiveAssociation, EtatArchive
from qualite.relances import ecrire_a

ESSAIS_MAX = 3
DUREE_MAX = 3000  # seconds of one try: under the broker's hour, after which a message is given again
PAS = 30  # seconds between two signs of life
SILENCE = timedelta(minutes=5)  # a claim without one for so long belonged to a dead worker
OCTETS_CLE = 32
VERROU = 60_900  # advisory lock: one archive at a time

RENOUVELER = """
UPDATE qualite_archiveassociation SET pris_le = now() WHERE id = %s AND etat = 'en_cours' AND essais = %s
"""
INTERROMPU = "Le travail a été interrompu trois fois. Prévenez l’administrateur."
INATTENDU = "Une erreur inattendue a arrêté le travail trois fois. Prévenez l’administrateur."


def dossier() -> Path:
    """Where the sealed files are: private, opened by an authorised view only."""
    chemin = Path(settings.MEDIA_ROOT) / "archives"
    chemin.mkdir(mode=0o700, parents=True, exist_ok=True)
    return chemin


def a_produire() -> QuerySet[ArchiveAssociation]:
    """Archives waiting, or left by a dead worker, with tries left."""
    abandonnee = Q(etat=EtatArchive.EN_COURS, pris_le__lt=timezone.now() - SILENCE)
    return ArchiveAssociation.objects.filter(Q(etat=EtatArchive.DEMANDE) | abandonnee, essais__lt=ESSAIS_MAX)


def prendre(pk: int) -> ArchiveAssociation | None:
    """Take an archive by a conditional UPDATE that must change one row; None when there is none to take.

    One at a time in the whole network: another one waits for `relancer_tout`, so that the queue's second
    process stays free for exports and signs of life.
    """
    with transaction.atomic():
        with connection.cursor() as curseur:
            curseur.execute("SELECT pg_advisory_xact_lock(%s)", [VERROU])
        recentes = Q(etat=EtatArchive.EN_COURS, pris_le__gte=timezone.now() - SILENCE)
        if ArchiveAssociation.objects.filter(recentes).exists():
            return None
        pris = a_produire().filter(pk=pk)
        if not pris.update(etat=EtatArchive.EN_COURS, pris_le=timezone.now(), essais=F("essais") + 1):
            return None
    return ArchiveAssociation.objects.select_related("association", "demande_par").get(pk=pk)


def _sienne(archive: ArchiveAssociation) -> QuerySet[ArchiveAssociation]:
    """The row, as long as this worker's claim on it holds."""
    return ArchiveAssociation.objects.filter(pk=archive.pk, etat=EtatArchive.EN_COURS, essais=archive.essais)


class _Souffle:
    """Where the archive is written: now and then it renews the worker's claim, on a connection of its own,
    for that of the archive reads one snapshot. Raises Abandon where the claim is over."""

    def __init__(self, archive: ArchiveAssociation, sortie: Any) -> None:
        self.archive, self.sortie = archive, sortie
        self.lien, self.prochain = connection.copy(), time.monotonic() + PAS

    def __enter__(self) -> "_Souffle":
        return self

    def __exit__(self, *_: object) -> None:
        self.lien.close()

    def write(self, octets: bytes) -> int:
        if time.monotonic() >= self.prochain:
            self._renouveler()
            self.prochain = time.monotonic() + PAS
        return self.sortie.write(octets)

    def _renouveler(self) -> None:
        with self.lien.cursor() as curseur:
            curseur.execute(RENOUVELER, [self.archive.pk, self.archive.essais])
            if not curseur.rowcount:
                raise Abandon


def produire(archive: ArchiveAssociation) -> None:
    """Write the sealed file of a taken archive and say that it is ready. Raises Abandon, OSError."""
    cle = os.urandom(OCTETS_CLE)
    chemin = dossier() / f"{archive.pk}-{secrets.token_hex(8)}.scelle"
    try:
        with os.fdopen(os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sortie:
            with _Souffle(archive, sortie) as vivante:
                scelleur = Scelleur(cle, vivante)
                nombres = archiver(archive.association, scelleur)
                scelleur.finir()
            sortie.flush()
            os.fsync(sortie.fileno())
        rendre(archive, cle, chemin.name, nombres)
    except BaseException:
        chemin.unlink(missing_ok=True)
        raise


def rendre(archive: ArchiveAssociation, cle: bytes, fichier: str, nombres: dict[str, Any]) -> None:
    """Say that the file written by this worker is the archive. Raises Abandon where its claim is over."""
    with transaction.atomic():
        coffre = CleDonnees.creer()
        rendue = _sienne(archive).update(
            etat=EtatArchive.PRET,
            coffre=coffre,
            cle_scellee=coffre.coffre.sceller(archive.usage, cle),
            fichier=fichier,
            fini_le=timezone.now(),
            **nombres,
        )
        if not rendue:
            raise Abandon
        _prevenir(archive)


def echouer(archive: ArchiveAssociation, raison: str) -> None:
    """Say for good that the archive failed, why, and tell who asked."""
    with transaction.atomic():
        fini = {"etat": EtatArchive.ECHEC, "erreur": raison[:200], "fini_le": timezone.now()}
        if _sienne(archive).update(**fini):
            _prevenir(archive, raison)


def remettre(archive: ArchiveAssociation, raison: str) -> None:
    """Put an archive back in the queue after an unexpected error; it fails at the third."""
    if archive.essais >= ESSAIS_MAX:
        echouer(archive, raison)
    else:
        _sienne(archive).update(etat=EtatArchive.DEMANDE, pris_le=None)


def reposer(archive: ArchiveAssociation) -> None:
    """Put an archive back in the queue as if it had not been taken: the database failed."""
    _sienne(archive).update(etat=EtatArchive.DEMANDE, pris_le=None, essais=archive.essais - 1)


def clore_abandonnes() -> None:
    """Say that archives whose worker died at the last try have failed."""
    perdues = ArchiveAssociation.objects.filter(
        etat=EtatArchive.EN_COURS, essais__gte=ESSAIS_MAX, pris_le__lt=timezone.now() - SILENCE
    )
    for archive in perdues.select_related("association", "demande_par"):
        echouer(archive, INTERROMPU)


def purger() -> int:
    """Take back the archives whose days are over: file and key go, the row stays. How many.

    A file that no row names goes once it is a day old: a younger one may be in the making.
    """
    finies = ArchiveAssociation.objects.filter(
        etat=EtatArchive.PRET, fini_le__lte=timezone.now() - ArchiveAssociation.VIE
    )
    retirees = [_retirer(pk) for pk in finies.values_list("pk", flat=True)]
    nommes = set(ArchiveAssociation.objects.exclude(fichier="").values_list("fichier", flat=True))
    veille = (timezone.now() - timedelta(days=1)).timestamp()
    for chemin in dossier().iterdir():
        with suppress(FileNotFoundError):  # gone by itself meanwhile
            if chemin.name not in nommes and chemin.stat().st_mtime < veille:
                chemin.unlink()
    return sum(retirees)


def _retirer(pk: int) -> bool:
    with transaction.atomic():
        archive = ArchiveAssociation.objects.select_for_update().filter(pk=pk, etat=EtatArchive.PRET).first()
        if archive is None:
            return False
        nom, coffre = archive.fichier, archive.coffre
        archive.etat, archive.fichier = EtatArchive.RETIREE, ""
        archive.coffre = archive.cle_scellee = None
        archive.save(update_fields=["etat", "coffre", "cle_scellee", "fichier"])
        if coffre:
            coffre.delete()  # from here on, no copy of the file opens
        transaction.on_commit(lambda: (dossier() / nom).unlink(missing_ok=True))
    return True


def _prevenir(archive: ArchiveAssociation, raison: str = "") -> None:
    lien = f"{settings.ADRESSE_SITE}{reverse('archives')}"
    contexte = {"archive": archive, "raison": raison, "lien": lien}
    ecrire_a(archive.demande_par, "archive_faite", contexte)
