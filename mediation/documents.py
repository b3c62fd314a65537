"""Documents of a case: kept clean and sealed, read by who reads the case, taken out for good."""

import hashlib
import re
import uuid
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone

from accueil.ecritures import integrite_lisible
from accueil.models import Utilisateur
from mediation import assainissement
from mediation.cycle_de_vie import ajouter, exiger_actif, suivant, verrou
from mediation.envois import deja_recu, exiger_meme
from mediation.lecture import lit
from mediation.mandats import rattacher
from mediation.models import Document, Dossier, Fichier, Mandat, Partie
from mediation.models.documents import TAILLE_MAX
from pimms.socle.effacements import DEMANDE, ecrire
from pimms.socle.journal import journaliser
from pimms.socle.textes import contient_nir

TROP_LOURD = f"Ce fichier est trop lourd\u202f: {TAILLE_MAX // (1024 * 1024)} Mo au plus."
NOM_NIR = (
    "Le nom de ce fichier contient un numéro de sécurité sociale\u202f: renommez le fichier, "
    "puis choisissez-le de nouveau."
)
TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
EXTENSIONS = {"pdf": "pdf", "jpeg": "jpg", "png": "png"}
NOM_MAX = 80  # characters of a file's name, without its extension


@dataclass(frozen=True)
class Depot:
    """A file as chosen: its bytes, what it is. Its name is kept sealed, with the extension it deserves."""

    cle: uuid.UUID
    nom: str
    octets: bytes
    nature: str
    note: str = ""
    partie: Partie | None = None
    mandat: Mandat | None = None


def nom_propre(nom: str, format_: str) -> str:
    """A file's name without folder, control character or false extension."""
    base = re.split(r"[\\/]", nom)[-1]
    base = re.sub(r"[\x00-\x1f\x7f\"<>|:*?]", "", base).rstrip(" .")
    base = re.sub(r"(\.(pdf|jpe?g|png|exe|html?|js|svg|zip|docx?))+$", "", base, flags=re.IGNORECASE)
    return f"{base[:NOM_MAX].strip(' .') or 'document'}.{EXTENSIONS[format_]}"


def _usage(document: Document) -> str:
    return f"fichier:{document.numero}"


def _nettoyer(depot: Depot) -> tuple[str, bytes]:
    """Format and cleaned bytes of a file; ValidationError beside the field when it can't be kept."""
    if contient_nir(depot.nom.replace("_", " ")):
        raise ValidationError({"fichier": NOM_NIR}, code="nir")
    if len(depot.octets) > TAILLE_MAX:
        raise ValidationError({"fichier": TROP_LOURD}, code="taille")
    try:
        format_, propres = assainissement.assainir(depot.octets)
    except assainissement.Refus as refus:
        raise ValidationError({"fichier": assainissement.MESSAGES[str(refus)]}, code=str(refus)) from refus
    if len(propres) > TAILLE_MAX:
        raise ValidationError({"fichier": TROP_LOURD}, code="taille")
    return format_, propres


def deposer(acteur: Utilisateur, dossier: Dossier, depot: Depot) -> tuple[Document, bool]:
    """Keep a file in a case; returns its document and whether it is new.

    The file is cleaned before the case is held: it is the long part. Raises ValidationError for what
    is too heavy, is no PDF, JPEG or PNG whatever its name, can't be read, or bears a NIR in its name.
    """
    format_, propres = _nettoyer(depot)
    empreinte = hashlib.sha256(propres).hexdigest()
    with integrite_lisible(Document), verrou(acteur, dossier) as tenu:
        recu = deja_recu(Document, acteur, depot.cle, "ajoute_par")
        if recu:
            exiger_meme(recu, tenu.pk, nature=depot.nature, empreinte=empreinte)
            return recu, False
        exiger_actif(tenu)
        mandat = _verifier(tenu, depot)
        document = Document(
            dossier=tenu,
            numero=suivant(Document, tenu),
            cle=depot.cle,
            nature=depot.nature,
            format=format_,
            taille=len(propres),
            empreinte=empreinte,
            partie=depot.partie,
            ajoute_par=acteur,
        )
        ajouter(document, {"nom": nom_propre(depot.nom, format_), "note": depot.note})
        Fichier.objects.create(
            document=document,
            point_id=tenu.point_id,
            octets=tenu.coffre.sceller(_usage(document), propres),
        )
        code = {"nature": depot.nature, "format": format_, "taille": len(propres)}
        journaliser(acteur, "creer", document, point_id=tenu.point_id, apres=code)
        if mandat:
            rattacher(acteur, mandat, document)
    return document, True


def _verifier(dossier: Dossier, depot: Depot) -> Mandat | None:
    """Refuse a party or a mandate of elsewhere; returns the mandate as it is now, the case being held."""
    if depot.partie and not Partie.objects.filter(dossier=dossier, pk=depot.partie.pk).exists():
        raise ValidationError({"partie": "Choisissez une partie de ce dossier."})
    if depot.mandat is None:
        return None
    attend = Mandat.objects.filter(dossier=dossier, document__isnull=True, revoque_le__isnull=True)
    mandat = attend.filter(pk=depot.mandat.pk).first()
    if mandat is None:
        raise ValidationError({"mandat": "Choisissez un mandat qui attend sa signature."}, code="mandat")
    return mandat


def lire(acteur: Utilisateur, document: Document) -> tuple[str, bytes]:
    """Name and bytes of a document, for who reads its case; the reading is told in the journal.

    Raises Document.DoesNotExist for anyone else, and for a document that was taken out.
    """
    if not lit(acteur, document.dossier) or document.retire_le:
        raise Document.DoesNotExist
    fichier = Fichier.objects.get(document=document)
    fichier.document = document
    octets = ouvrir(fichier)
    journaliser(acteur, "telecharger", document, point_id=document.point_id)
    return document.valeurs().get("nom", f"document.{EXTENSIONS[document.format]}"), octets


def ouvrir(fichier: Fichier) -> bytes:
    """The bytes of a document. Whoever calls answers for who reads; raises Indechiffrable."""
    document = fichier.document
    return document.dossier.coffre.ouvrir(_usage(document), fichier.octets)


def peut_retirer(acteur: Utilisateur, document: Document, dossier: Dossier) -> bool:
    """Who added it, the médiateur in charge and the point's manager take a document out."""
    return (
        acteur.pk in (document.ajoute_par_id, dossier.mediateur_id)
        or dossier.point_id in acteur.portee.points_de_responsable
    )


def retirer(acteur: Utilisateur, document: Document) -> None:
    """Take a document out for good: its bytes, name and note are erased, its mention stays. Idempotent.

    Of a closed case too: erasure is stronger than the keeping of proofs. Raises ValidationError for other
    readers of the case, and while it proves a running mandate.
    """
    with verrou(acteur, document.dossier) as tenu:
        actuel = Document.objects.get(dossier=tenu, pk=document.pk)
        if actuel.retire_le:
            return
        if not peut_retirer(acteur, actuel, tenu):
            raise ValidationError(
                "Ce document s’efface par qui l’a ajouté, par le médiateur en charge ou par le responsable.",
                code="auteur",
            )
        if actuel.mandats.filter(revoque_le__isnull=True, fin__gte=tenu.point.aujourdhui()).exists():
            raise ValidationError(
                "Ce document prouve un mandat en cours\u202f: révoquez d’abord le mandat.", code="mandat"
            )
        ecrire(acteur, actuel, DEMANDE)
        effacer_document(actuel)
        journaliser(acteur, "retirer", actuel, point_id=tenu.point_id)


def effacer_document(document: Document) -> None:
    """The erasing itself; done again after a restore."""
    Fichier.objects.filter(document=document).delete()
    document.scelle, document.retire_le = None, document.retire_le or timezone.now()
    document.save(update_fields=["scelle", "retire_le"])
