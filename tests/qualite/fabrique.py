"""Factories of quality: a charter, an attestation with its PDF, a proof."""

import hashlib
import uuid
from datetime import date

from accueil.models import Utilisateur
from pimms.socle.models import CleDonnees
from qualite.models import Attestation, AttestationPdf, Charte, FichierPreuve, Preuve, VersionPreuve
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
        employeurs=sorted({p.association_id for p in personne.portee.points}),
        cle=uuid.uuid4(),
    )


def un_pdf(attestation: Attestation, octets: bytes = b"%PDF-1.7 essai") -> AttestationPdf:
    return AttestationPdf.objects.create(
        attestation=attestation, octets=octets, empreinte=hashlib.sha256(octets).hexdigest()
    )


def une_preuve(
    acteur: Utilisateur, exigences=("CAD-4",), octets: bytes = b"%PDF-1.7 preuve", **objet
) -> Preuve:
    """A proof with one version, a file, in force since LONGTEMPS; `debut` and `fin` may be given.

    `objet`: point, association or personne (with the `employeur` that adds it); none for the network.
    """
    debut, fin = objet.pop("debut", LONGTEMPS), objet.pop("fin", None)
    preuve = Preuve.objects.create(
        niveau="personne" if "personne" in objet else next(iter(objet), "reseau"),
        exigences=list(exigences),
        coffre=CleDonnees.creer(),
        cle=uuid.uuid4(),
        creee_par=acteur,
        **objet,
    )
    une_version(preuve, 1, debut, fin, octets)
    return preuve


def une_version(
    preuve: Preuve, numero: int, debut: date, fin: date | None = None, octets: bytes = b"%PDF-1.7 preuve"
) -> VersionPreuve:
    version = VersionPreuve(
        preuve=preuve,
        numero=numero,
        nature="fichier",
        format="pdf",
        taille=len(octets),
        empreinte=hashlib.sha256(octets).hexdigest(),
        debut=debut,
        fin=fin,
        deposee_par=preuve.creee_par,
        cle=uuid.uuid4(),
    )
    coffre = preuve.coffre.coffre
    version.scelle = coffre.sceller_valeurs(version.usage, {"titre": "Affichage", "nom": "affichage.pdf"})
    version.save()
    scelles = coffre.sceller(f"{version.usage}:fichier", octets)
    FichierPreuve.objects.create(version=version, octets=scelles)
    return version
