"""The sealed reports that an auditor reads: those about the places of the audit, and no other."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from accueil.models import PointAccueil
from qualite.droits_campagnes import Audit
from qualite.models import EtatRapport, Niveau, Rapport

# What an audit looks at; other kinds are written for other readers.
GENRES = (Rapport.Genre.DOSSIER, Rapport.Genre.PLAN, Rapport.Genre.ATTESTATIONS)


def rapports_de(audit: Audit) -> QuerySet[Rapport]:
    """Signed reports up to the day of the frozen file: final ones, lists, those made from that file, and the
    yearly accounts that proved a requirement of it.

    A draft from anything else is its author's own. An association's report speaks of all its points: it
    is read where all of them are in the audit, or where the audit is the network's.
    """
    evaluation = audit.campagne.evaluation
    if evaluation is None or not audit.lisible:
        return Rapport.objects.none()
    sujets = Q(point__in=audit.cles) | Q(association__in=_associations(audit))
    if audit.centrale:
        sujets |= Q(niveau=Niveau.RESEAU)
    dits = ~Q(genre=Rapport.Genre.DOSSIER) | Q(definitif=True) | Q(evaluation=evaluation)
    lus = Q(genre__in=GENRES) | Q(pk__in=[b["rapport"] for b in evaluation.bilans])
    return Rapport.objects.filter(sujets, dits, lus, etat=EtatRapport.PRET, au__lte=evaluation.jour)


def _associations(audit: Audit) -> Collection[int]:
    siennes = {p.association_id for p in audit.points}
    if audit.centrale or not siennes:
        return siennes
    ailleurs = PointAccueil.objects.filter(association__in=siennes).exclude(pk__in=audit.cles)
    return siennes - set(ailleurs.values_list("association", flat=True))
