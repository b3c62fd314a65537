"""What is brought as a proof: whom it is about, a version as filled in, and what is kept of it."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from accueil.models import Association, PointAccueil, Utilisateur
from mediation import assainissement
from mediation.documents import TROP_LOURD, nom_propre
from mediation.models.documents import TAILLE_MAX
from pimms.socle.textes import refuser_nir
from qualite.models import Niveau, VersionPreuve


@dataclass(frozen=True)
class Objet:
    """Whom a proof is about; the network when all three are None.

    With a person, `association` is the one that adds it, as their employer.
    """

    association: Association | None = None
    point: PointAccueil | None = None
    personne: Utilisateur | None = None

    @property
    def niveau(self) -> str:
        if self.personne:
            return Niveau.PERSONNE
        if self.point:
            return Niveau.POINT
        return Niveau.ASSOCIATION if self.association else Niveau.RESEAU

    @property
    def colonnes(self) -> dict[str, Any]:
        """The proof's columns."""
        employe = self.personne is not None
        return {
            "niveau": self.niveau,
            "association": None if employe else self.association,
            "point": self.point,
            "personne": self.personne,
            "employeur": self.association if employe else None,
        }


@dataclass(frozen=True)
class Depot:
    """A version as filled in: a file (its bytes and name) or a link, its dates, its words."""

    cle: uuid.UUID
    titre: str
    debut: date
    fin: date | None = None
    note: str = ""
    lien: str = ""
    nom: str = ""
    octets: bytes | None = None


@dataclass(frozen=True)
class Propre:
    """What is stored of a deposit: its columns, its sealed texts, the clean bytes if it is a file."""

    colonnes: dict
    textes: dict[str, str]
    octets: bytes | None


def nettoyer(depot: Depot) -> Propre:
    """Check the words, clean the file (long: no lock is held); raises ValidationError beside the field."""
    for champ in ("titre", "note", "lien"):
        try:
            refuser_nir(getattr(depot, champ))
        except ValidationError as erreur:
            raise ValidationError({champ: erreur.messages}) from erreur
    if depot.fin and depot.fin < depot.debut:
        raise ValidationError({"fin": "La fin précède le début."})
    if bool(depot.lien) == (depot.octets is not None):
        raise ValidationError({"fichier": "Donnez un fichier ou un lien, l’un des deux."})
    textes = {"titre": depot.titre, "note": depot.note}
    if depot.octets is None:
        empreinte = hashlib.sha256(depot.lien.encode()).hexdigest()
        colonnes = {"nature": VersionPreuve.Nature.LIEN, "empreinte": empreinte}
        return Propre(colonnes, textes | {"lien": depot.lien}, None)
    if len(depot.octets) > TAILLE_MAX:
        raise ValidationError({"fichier": TROP_LOURD})
    try:
        format_, octets = assainissement.assainir(depot.octets)
    except assainissement.Refus as refus:
        raise ValidationError({"fichier": assainissement.MESSAGES[str(refus)]}) from refus
    if len(octets) > TAILLE_MAX:
        raise ValidationError({"fichier": TROP_LOURD})
    colonnes_du_fichier = {
        "nature": VersionPreuve.Nature.FICHIER,
        "format": format_,
        "taille": len(octets),
        "empreinte": hashlib.sha256(octets).hexdigest(),
    }
    return Propre(colonnes_du_fichier, textes | {"nom": nom_propre(depot.nom, format_)}, octets)
