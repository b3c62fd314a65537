"""The life of a report: taken by a worker, carried on, ended; its state is a row.

A worker takes the row by a conditional UPDATE and signs it with its number of tries: each step renews the
claim, and a worker whose claim was taken over, or whose report was cancelled, stops without touching it.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from pimms.socle.journal import journaliser
from pimms.socle.taches import Abandon
from qualite.models import EtapeRapport, EtatRapport, FichierRapport, Rapport
from qualite.rapports.annonces import prevenir

SIGNER, ALTERER = "signer", "alterer"  # in the journal; the rules that look for reports follow them
ESSAIS_MAX = 3
DUREE_MAX = 300  # seconds that one try may take
SILENCE = timedelta(seconds=DUREE_MAX + 60)  # a claim so old belonged to a worker that is no more

INTERROMPU = "Le travail a été interrompu trois fois. Relancez-le, ou prévenez l’administrateur."
INATTENDU = "Une erreur inattendue a arrêté le travail trois fois. Prévenez l’administrateur."
TROP_LONG = f"Le rapport n’a pas pu être fait en {DUREE_MAX // 60} minutes. Prévenez l’administrateur."
TROP_GROS = "Le rapport demande plus de mémoire que le serveur n’en donne. Prévenez l’administrateur."


def a_produire() -> QuerySet[Rapport]:
    """Reports waiting, or left by a dead worker, with tries left."""
    abandonne = Q(etat=EtatRapport.EN_COURS, pris_le__lt=timezone.now() - SILENCE)
    return Rapport.objects.filter(Q(etat=EtatRapport.DEMANDE) | abandonne, essais__lt=ESSAIS_MAX)


def prendre(pk: int) -> Rapport | None:
    """Take a report by a conditional UPDATE that must change one row; None when there is none to take."""
    pris = (
        a_produire()
        .filter(pk=pk)
        .update(
            etat=EtatRapport.EN_COURS,
            etape=EtapeRapport.RELEVE,
            pris_le=timezone.now(),
            essais=F("essais") + 1,
            erreur="",
        )
    )
    return Rapport.objects.avec_ses_liens().get(pk=pk) if pris else None


def _sien(rapport: Rapport) -> QuerySet[Rapport]:
    """The row, as long as this worker's claim on it holds."""
    return Rapport.objects.filter(pk=rapport.pk, etat=EtatRapport.EN_COURS, essais=rapport.essais)


def avancer(rapport: Rapport, etape: int) -> None:
    """Say how far the work is; raises Abandon when the claim does not hold any more."""
    if not _sien(rapport).update(pris_le=timezone.now(), etape=etape):
        raise Abandon


def rendre(rapport: Rapport, colonnes: dict[str, Any]) -> FichierRapport:
    """Keep the signed file, say that the report is ready and tell who asked: all or nothing.

    Raises Abandon when the claim does not hold any more, and nothing is kept.
    """
    with transaction.atomic():
        fichier = FichierRapport.objects.create(rapport=rapport, **colonnes)
        fini = _sien(rapport).update(etat=EtatRapport.PRET, etape=EtapeRapport.FINI, fini_le=timezone.now())
        if not fini:
            raise Abandon
        apres = {"genre": rapport.genre, "niveau": rapport.niveau, "au": rapport.au}
        journaliser(None, SIGNER, rapport, point_id=rapport.point_id, apres=apres)
        prevenir(rapport, "est prêt")
    return fichier


def echouer(rapport: Rapport, raison: str) -> None:
    """Say that the report failed, why, and tell who asked."""
    with transaction.atomic():
        if _sien(rapport).update(etat=EtatRapport.ECHEC, erreur=raison[:300], fini_le=timezone.now()):
            prevenir(rapport, "n’a pas abouti", raison)


def remettre(rapport: Rapport, raison: str) -> None:
    """Put a report back in the queue after an unexpected error; it fails at the third."""
    if rapport.essais >= ESSAIS_MAX:
        echouer(rapport, raison)
    else:
        _sien(rapport).update(etat=EtatRapport.DEMANDE, etape=EtapeRapport.ATTENTE, pris_le=None)


def reposer(rapport: Rapport) -> None:
    """Put a report back in the queue as if it had not been taken: the database failed."""
    retour = {"etat": EtatRapport.DEMANDE, "etape": EtapeRapport.ATTENTE, "pris_le": None}
    _sien(rapport).update(**retour, essais=rapport.essais - 1)


def clore_abandonnes() -> None:
    """Say that reports whose worker died at the last try have failed."""
    perdus = Rapport.objects.filter(
        etat=EtatRapport.EN_COURS, essais__gte=ESSAIS_MAX, pris_le__lt=timezone.now() - SILENCE
    )
    for rapport in perdus.select_related("point", "association", "demande_par"):
        echouer(rapport, INTERROMPU)
