"""Whether the stored proofs, and the yearly accounts that stand for one, are still what was added: each is
opened and its hash computed again."""

import hashlib
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from pimms.socle.chiffrement import Indechiffrable
from pimms.socle.journal import journaliser
from qualite.models import EvenementPreuve, FichierPreuve, FichierRapport, Niveau, Rapport, VersionPreuve
from qualite.preuves import FINALES, FichierAltere, noter, ouvrir
from qualite.rapports import demandes
from qualite.rapports.vie import ALTERER

Nature = EvenementPreuve.Nature


def _intacte(version: VersionPreuve) -> bool:
    """Whether what is stored opens and has the hash written when it was added."""
    try:
        if version.nature == VersionPreuve.Nature.FICHIER:
            ouvrir(version)
        else:
            lien = version.valeurs().get("lien", "")
            return hashlib.sha256(lien.encode()).hexdigest() == version.empreinte
    except (FichierAltere, FichierPreuve.DoesNotExist, Indechiffrable):
        return False
    return True


def controler_integrite(version: VersionPreuve) -> bool:
    """Check one version and write down what changed since the last check; returns whether it is intact."""
    intacte = _intacte(version)
    with transaction.atomic():
        controles = (Nature.ALTERATION, Nature.INTEGRITE)
        passes = EvenementPreuve.objects.filter(version=version, nature__in=controles).order_by("-id")
        dernier = passes.values_list("nature", flat=True).first() or Nature.INTEGRITE
        present = Nature.INTEGRITE if intacte else Nature.ALTERATION
        if dernier != present:
            noter(None, version, present)
    return intacte


def controler_toutes(signaler: Callable[[VersionPreuve], None]) -> int:
    """Check every version that was neither withdrawn nor erased; returns how many were looked at."""
    vivantes = VersionPreuve.objects.select_related("preuve__coffre").exclude(evenements__nature__in=FINALES)
    vues = 0
    for version in vivantes.order_by("pk").iterator(chunk_size=50):
        vues += 1
        if not controler_integrite(version):
            signaler(version)
    return vues


def controler_bilans(signaler: Callable[[Rapport], None]) -> int:
    """Check the file of every signed yearly account of an association; one found altered proves nothing any
    more. Returns how many were looked at."""
    fichiers = FichierRapport.objects.select_related("rapport__coffre").filter(
        rapport__genre=Rapport.Genre.BILAN,
        rapport__niveau=Niveau.ASSOCIATION,
        rapport__altere_le__isnull=True,
    )
    vus = 0
    for fichier in fichiers.order_by("pk").iterator(chunk_size=20):
        vus += 1
        if not _entier(fichier):
            with transaction.atomic():
                Rapport.objects.filter(pk=fichier.rapport_id).update(altere_le=timezone.now())
                journaliser(None, ALTERER, fichier.rapport)
            signaler(fichier.rapport)
    return vus


def _entier(fichier: FichierRapport) -> bool:
    try:
        return hashlib.sha256(demandes.ouvrir(fichier)).hexdigest() == fichier.empreinte
    except demandes.FichierAltere:
        return False
