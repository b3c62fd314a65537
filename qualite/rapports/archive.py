"""All that a closed evaluation stands on, in one ZIP, streamed: reports, proofs, MANIFEST.json, SHA256SUMS.

Nothing is written to the disk, and one file at a time is in memory. Any tool opens it; `sha256sum -c
SHA256SUMS` checks it.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from accueil.models import Utilisateur
from mediation.documents import EXTENSIONS
from pimms.socle.journal import journaliser
from qualite.models import EtatRapport, Evaluation, FichierPreuve, FichierRapport, Rapport, VersionPreuve
from qualite.preuves import FichierAltere, FichierManquant
from qualite.preuves import ouvrir as ouvrir_preuve
from qualite.rapports import demandes
from qualite.rapports.pages import nom_du_fichier

ALTERE = "fichier altéré, laissé de côté"
LIEN, EFFACEE, MANQUANT = "lien, sans fichier", "preuve effacée, sans fichier", "fichier manquant"


class _Tuyau(io.RawIOBase):
    """What the ZIP writer writes to: what comes in is taken out piece by piece."""

    def __init__(self) -> None:
        self.morceaux: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, octets) -> int:
        self.morceaux.append(bytes(octets))
        return len(octets)

    def vider(self) -> bytes:
        recu, self.morceaux = b"".join(self.morceaux), []
        return recu


def archiver(acteur: Utilisateur, evaluation: Evaluation) -> Iterator[bytes]:
    """The ZIP of an evaluation, in pieces. Each file read is told in the journal."""
    tuyau = _Tuyau()
    lignes: list[dict[str, Any]] = []
    with zipfile.ZipFile(tuyau, "w", zipfile.ZIP_STORED) as archive:
        for ligne, octets in _fichiers(acteur, evaluation):
            lignes.append(ligne)
            if octets is not None:
                ligne |= {"sha256": hashlib.sha256(octets).hexdigest(), "octets": len(octets)}
                _ajouter(archive, ligne["nom"], octets, evaluation.arretee_le)
                yield tuyau.vider()
        for nom, octets in _sommaires(evaluation, lignes):
            _ajouter(archive, nom, octets, evaluation.arretee_le)
    yield tuyau.vider()


def _ajouter(archive: zipfile.ZipFile, nom: str, octets: bytes, moment: datetime) -> None:
    entree = zipfile.ZipInfo(nom, moment.timetuple()[:6])
    entree.external_attr = 0o644 << 16
    archive.writestr(entree, octets)


def _fichiers(acteur: Utilisateur, evaluation: Evaluation) -> Iterator[tuple[dict[str, Any], bytes | None]]:
    """Each report made from the evaluation, the latest of each subject; then each proof that it stood on,
    signed yearly accounts among them."""
    for rapport in dossiers(evaluation):
        yield _rapport(acteur, rapport, "rapports")
    bilans = Rapport.objects.filter(pk__in=[b["rapport"] for b in evaluation.bilans])
    for bilan in bilans.select_related("association").order_by("pk"):
        yield _rapport(acteur, bilan, "preuves")
    versions = VersionPreuve.objects.filter(arrets__evaluation=evaluation)
    for version in versions.select_related("preuve__coffre").order_by("preuve", "numero").iterator(50):
        yield _preuve(acteur, version)


def _rapport(acteur: Utilisateur, rapport: Rapport, dossier: str) -> tuple[dict[str, Any], bytes | None]:
    fichier = FichierRapport.objects.select_related("rapport__coffre").get(rapport=rapport)
    ligne = {
        "nom": f"{dossier}/{nom_du_fichier(rapport)}",
        "quoi": str(rapport),
        "projet": rapport.projet,
        "sha256_signe": fichier.empreinte,
    }
    try:
        octets = demandes.ouvrir(fichier)
    except demandes.FichierAltere:
        return ligne | {"note": ALTERE}, None
    journaliser(acteur, "telecharger", rapport, point_id=rapport.point_id)
    return ligne, octets


def _preuve(acteur: Utilisateur, version: VersionPreuve) -> tuple[dict[str, Any], bytes | None]:
    reference = f"P-{version.preuve_id}.{version.numero}"
    extension = f".{EXTENSIONS[version.format]}" if version.format else ""
    ligne = {
        "nom": f"preuves/{reference}{extension}",
        "quoi": f"preuve de {', '.join(version.preuve.exigences)}",
        "sha256_depose": version.empreinte,
    }
    try:
        octets = ouvrir_preuve(version)
    except FichierPreuve.DoesNotExist:
        return ligne | {"note": EFFACEE if version.preuve.coffre is None else LIEN}, None
    except FichierManquant:
        return ligne | {"note": MANQUANT}, None
    except FichierAltere:
        return ligne | {"note": ALTERE}, None
    journaliser(acteur, "telecharger", version, point_id=version.preuve.point_id)
    return ligne, octets


def dossiers(evaluation: Evaluation) -> list[Rapport]:
    """Ready reports made from the evaluation, the latest of each subject, by level and name."""
    prets = Rapport.objects.filter(evaluation=evaluation, etat=EtatRapport.PRET)
    derniers = {
        (r.niveau, r.association_id, r.point_id): r
        for r in prets.select_related("point", "association", "coffre").order_by("pk")
    }
    return sorted(derniers.values(), key=lambda r: (r.niveau != "reseau", r.niveau, r.sujet))


def manquants(evaluation: Evaluation) -> list[dict[str, str]]:
    """Of whom the evaluation speaks and whose latest audit file is not ready: where that one stands, and why;
    two statements."""
    demandes_faites = Rapport.objects.filter(evaluation=evaluation).select_related("point", "association")
    derniers = {(r.niveau, r.association_id, r.point_id): r for r in demandes_faites.order_by("pk")}
    lignes = [
        {"quoi": str(r), "etat": r.get_etat_display(), "motif": r.erreur}
        for r in derniers.values()
        if r.etat != EtatRapport.PRET
    ]
    genre = Rapport.Genre.DOSSIER.label
    return lignes + [
        {"quoi": f"{genre}, {sujet}", "etat": "non demandé", "motif": ""}
        for sujet in demandes.sujets_de(evaluation)
        if sujet.cles not in derniers
    ]


def _sommaires(evaluation: Evaluation, lignes: list[dict[str, Any]]) -> Iterator[tuple[str, bytes]]:
    manifeste = {
        "evaluation": evaluation.titre,
        "jour": evaluation.jour.isoformat(),
        "empreinte": evaluation.empreinte,
        "fichiers": lignes,
        "dossiers_manquants": manquants(evaluation),
    }
    yield "MANIFEST.json", json.dumps(manifeste, ensure_ascii=False, indent=1).encode()
    sommes = [f"{ligne['sha256']}  {ligne['nom']}\n" for ligne in lignes if "sha256" in ligne]
    yield "SHA256SUMS", "".join(sommes).encode()
