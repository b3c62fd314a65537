"""Whether the stored proofs are still what was added: each is opened and its hash computed again."""

import hashlib
from collections.abc import Callable

from django.db import transaction

from pimms.socle.chiffrement import Indechiffrable
from qualite.models import EvenementPreuve, FichierPreuve, VersionPreuve
from qualite.preuves import FINALES, FichierAltere, noter, ouvrir

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
