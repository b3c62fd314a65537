"""Make a taken report, step by step: snapshot, page, PDF, checks, signature, sealed file."""

import hashlib
import logging

from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from pimms.socle.chiffrement import Indechiffrable
from pimms.socle.piece import Defaut
from pimms.socle.sceau import Sceau, SceauImpossible, sceau
from pimms.socle.taches import Impossible
from qualite.models import EtapeRapport, Rapport
from qualite.rapports import instantane, vie
from qualite.rapports.atelier import CACHET, PRESSE
from qualite.rapports.document import FEUILLE, Document
from qualite.rapports.pieces import joindre

logger = logging.getLogger(__name__)

ALTERE = (
    "Les données gardées pour ce rapport ont été altérées. Demandez-en un autre et prévenez l’administrateur."
)
REFUSE = "Le fichier produit n’est pas conforme\u202f: rien n’a été gardé. Prévenez l’administrateur."


def produire(rapport: Rapport) -> None:
    """Make and keep the file. Raises Impossible with what to tell the person, Abandon."""
    try:
        avec = sceau(timezone.now())  # first: without a key, no work is lost
        document = _document(rapport)
        vie.avancer(rapport, EtapeRapport.MISE_EN_PAGE)
        nu, pages = mettre_en_page(document)
        vie.avancer(rapport, EtapeRapport.EXAMEN)
        _examiner(nu, document)
        vie.avancer(rapport, EtapeRapport.SIGNATURE)
        _signer(rapport, nu, pages, avec)
    except SceauImpossible as erreur:
        raise Impossible(str(erreur)) from erreur
    except Indechiffrable as erreur:
        raise Impossible(ALTERE) from erreur
    except MemoryError as erreur:
        raise Impossible(vie.TROP_GROS) from erreur
    except Defaut as erreur:
        logger.exception("rapport %s: %s", rapport.reference, erreur)
        raise Impossible(REFUSE) from erreur
    except SoftTimeLimitExceeded as erreur:
        raise Impossible(vie.TROP_LONG) from erreur


def _document(rapport: Rapport) -> Document:
    """From the snapshot as it is kept, not as it was just made."""
    pris = instantane.prendre(rapport)
    pris.rapport = rapport
    return Document(instantane.ouvrir(pris), pris.empreinte)


def mettre_en_page(document: Document) -> tuple[bytes, int]:
    """The PDF before its signature, the same bytes each time, and its number of pages."""
    contenu = document.instantane
    return PRESSE.appeler(
        "en_pdf_archive",
        document.html(),
        FEUILLE,
        joindre(contenu, document.octets),
        document.identifiant,
        document.moment,
    )


def _examiner(nu: bytes, document: Document) -> None:
    CACHET.appeler("examiner", nu, joindre(document.instantane, document.octets))


def _signer(rapport: Rapport, nu: bytes, pages: int, avec: Sceau) -> None:
    moment = timezone.now()
    signe = CACHET.appeler("signer", nu, avec.cachet, avec.nom, f"Rapport {rapport.reference}")
    vie.rendre(
        rapport,
        {
            "scelle": rapport.coffre.coffre.sceller(f"{rapport.usage}:fichier", signe),
            "empreinte": hashlib.sha256(signe).hexdigest(),
            "empreinte_nue": hashlib.sha256(nu).hexdigest(),
            "taille": len(signe),
            "pages": pages,
            "signataire": avec.nom[:200],
            "certificat": avec.empreinte,
            "signe_le": moment,
        },
    )
