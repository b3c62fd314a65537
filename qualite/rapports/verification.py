"""Is this file one of ours, byte for byte? Which report, and is there a later one?

The whole answer is the sha256 of the file: one that we signed is known, any other is not. Nothing of the
file is believed; the identifier inside only helps to say which report an altered copy pretends to be.
"""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from qualite.models import FichierRapport, InstantaneRapport, Rapport
from qualite.models.rapports import EMPREINTE_COURTE
from qualite.rapports.pages import remplacant

# As WeasyPrint writes it, and as pyHanko writes it again.
_IDENTIFIANT = re.compile(rb"/ID\s*\[\s*(?:\(([0-9a-f]{32})\)|<([0-9a-fA-F]{64})>)")


class Etat(StrEnum):
    AUTHENTIQUE = "authentique"
    MODIFIE = "modifie"
    INCONNU = "inconnu"
    PAS_UN_PDF = "pas_un_pdf"


@dataclass(frozen=True)
class Verification:
    """What was found of a file; `rapport` is the one that it is, or that it pretends to be."""

    etat: Etat
    empreinte: str
    rapport: Rapport | None = None
    remplace_par: Rapport | None = None


def verifier(octets: bytes) -> Verification:
    """Look at a file; nothing of it is kept."""
    empreinte = hashlib.sha256(octets).hexdigest()
    fichier = (
        FichierRapport.objects.defer("scelle")
        .select_related("rapport__point", "rapport__association", "rapport__evaluation")
        .filter(empreinte=empreinte)
        .first()
    )
    if fichier:
        rapport = fichier.rapport
        rapport.fichier = fichier
        return Verification(Etat.AUTHENTIQUE, empreinte, rapport, remplacant(rapport))
    if not octets.startswith(b"%PDF-"):
        return Verification(Etat.PAS_UN_PDF, empreinte)
    for direct, en_hexa in _IDENTIFIANT.findall(octets):
        code = direct or bytes.fromhex(en_hexa.decode())
        if pretendu := trouver(code.decode("ascii", "replace")):
            return Verification(Etat.MODIFIE, empreinte, pretendu, remplacant(pretendu))
    return Verification(Etat.INCONNU, empreinte)


def trouver(code: str) -> Rapport | None:
    """The ready report whose snapshot's hash begins so: what its printed code holds."""
    if not re.fullmatch(rf"[0-9a-f]{{{EMPREINTE_COURTE}}}", code):
        return None
    instantanes = InstantaneRapport.objects.filter(
        empreinte__startswith=code, rapport__fichier__isnull=False
    ).values("rapport")
    lus = Rapport.objects.select_related("point", "association", "evaluation", "fichier")
    return lus.defer("fichier__scelle").filter(pk__in=instantanes).first()
