"""How long what is heard keeps its words: complaints, requests, incidents, what people add to an answer.

Codes, days and faces stay: figures and rules count them. The next night after a restore erases them again, by
date: no line of the list of erasures is needed.
"""

import logging
from collections.abc import Iterator
from datetime import date

from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from pimms.socle.journal import MODIFIE, journaliser
from qualite.effacement import detruire
from qualite.models import CommentaireAvis, DemandeDroits, Incident, Reclamation
from qualite.models.ecrits import DUREE_ATTEINTE, EcritScelle

logger = logging.getLogger(__name__)

# From which day the time runs: the answer, else the day it was due; what was done after an incident, else its
# day.
_DEPARTS = {
    Reclamation: Coalesce("repondue_le", "prolongee_au", "echeance"),
    DemandeDroits: Coalesce("repondue_le", "prolongee_au", "echeance"),
    Incident: Coalesce("suivi_le", "jour"),
}


def _dus(avant: date) -> Iterator[QuerySet]:
    """Rows whose words are too old; those written after an erasure count again."""
    for modele, depart in _DEPARTS.items():
        lignes = modele._base_manager.annotate(depart=depart).filter(depart__lt=avant)
        yield lignes.filter(Q(efface_le__isnull=True) | Q(efface_le__date__lte=F("depart"))).order_by("pk")


def effacer_les_ecrits(avant: date, *, a_blanc: bool = False) -> tuple[int, int]:
    """Erase the words of what was settled before that day; of how many rows, and how many failed: a row that
    does stops no other, and the next night tries again."""
    if a_blanc:
        return sum(lignes.count() for lignes in _dus(avant)), 0
    effaces = echecs = 0
    for lignes in _dus(avant):
        for pk in _cles(lignes):
            try:
                effaces += _effacer(lignes, pk)
            except DatabaseError:
                logger.exception("conservation: %s %s", lignes.model._meta.model_name, pk)
                echecs += 1
    return effaces, echecs


def _cles(lignes: QuerySet) -> list[int]:
    return list(lignes.values_list("pk", flat=True))


def _effacer(lignes: QuerySet, pk: int) -> bool:
    """One row in its own transaction; False when somebody has changed it meanwhile."""
    with transaction.atomic():
        ligne: EcritScelle | None = lignes.select_for_update(of=("self",)).filter(pk=pk).first()
        if ligne is None:
            return False
        detruire(ligne, None, DUREE_ATTEINTE, timezone.now())
        journaliser(None, "effacer", ligne, point_id=ligne.point_id, apres={"textes": MODIFIE})
    return True


def effacer_les_commentaires(avant: date, *, a_blanc: bool = False) -> int:
    """Erase the words that came with answers before that day; how many."""
    anciens = CommentaireAvis.objects.filter(avis__jour__lt=avant)
    return anciens.count() if a_blanc else anciens.delete()[0]
