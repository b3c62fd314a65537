"""Factories of quality: a charter, an attestation with its PDF."""

import hashlib
import uuid
from datetime import date

from accueil.models import Utilisateur
from qualite.models import Attestation, AttestationPdf, Charte
from qualite.textes_charte import empreinte
from tests.fabrique import LONGTEMPS

TEXTE = "# Charte\n\n" + "Le médiateur est un tiers, impartial et discret. " * 6


def une_charte(numero: int = 1, en_vigueur_le: date = LONGTEMPS, **champs) -> Charte:
    texte = champs.pop("texte", f"{TEXTE}\n\nVersion {numero}.")
    return Charte.objects.create(
        numero=numero,
        texte=texte,
        empreinte=empreinte(texte),
        en_vigueur_le=en_vigueur_le,
        cle=uuid.uuid4(),
        **champs,
    )


def une_attestation(personne: Utilisateur, charte: Charte, jour: date | None = None) -> Attestation:
    return Attestation.objects.create(
        personne=personne,
        charte=charte,
        jour=jour or date.today(),
        empreinte=charte.empreinte,
        cle=uuid.uuid4(),
    )


def un_pdf(attestation: Attestation, octets: bytes = b"%PDF-1.7 essai") -> AttestationPdf:
    return AttestationPdf.objects.create(
        attestation=attestation, octets=octets, empreinte=hashlib.sha256(octets).hexdigest()
    )
