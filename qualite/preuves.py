"""Proofs: adding one or a version, refusing, withdrawing, erasing, reading. The only doors."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accueil.acces import Portee
from accueil.ecritures import integrite_lisible
from accueil.equipe import personnes_visibles
from accueil.models import Association, PointAccueil, Utilisateur
from mediation import assainissement
from mediation.documents import EXTENSIONS, TROP_LOURD, nom_propre
from mediation.models.documents import TAILLE_MAX
from pimms.socle.chiffrement import Indechiffrable
from pimms.socle.journal import MODIFIE, journaliser
from pimms.socle.models import CleDonnees
from pimms.socle.textes import refuser_nir
from qualite.models import EvenementPreuve, FichierPreuve, Niveau, Preuve, VersionPreuve

Nature = EvenementPreuve.Nature
FINALES = (Nature.RETRAIT, Nature.EFFACEMENT)


@dataclass(frozen=True)
class Objet:
    """Whom a proof is about; the network when all three are None."""

    association: Association | None = None
    point: PointAccueil | None = None
    personne: Utilisateur | None = None

    @property
    def niveau(self) -> str:
        if self.point:
            return Niveau.POINT
        if self.association:
            return Niveau.ASSOCIATION
        return Niveau.PERSONNE if self.personne else Niveau.RESEAU


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
class _Propre:
    """What is stored of a deposit: its columns, its sealed texts, the clean bytes if it is a file."""

    colonnes: dict
    textes: dict[str, str]
    octets: bytes | None


class FichierAltere(Exception):
    """What is stored is not what was added: it counts as missing."""


def peut_deposer(portee: Portee, objet: Objet) -> bool:
    """Who adds proofs: the union for all, a direction for its association, who looks after a team for it."""
    if portee.reseau:
        return True
    if objet.point:
        return portee.gere(objet.point)
    if objet.association:
        return objet.association.pk in portee.associations
    if objet.personne:
        return personnes_visibles(portee).filter(pk=objet.personne.pk).exists()
    return False


def peut_tenir(portee: Portee, preuve: Preuve) -> bool:
    """Who adds a version to a proof, or withdraws it: whoever could add it."""
    return peut_deposer(portee, Objet(preuve.association, preuve.point, preuve.personne))


def peut_effacer(portee: Portee) -> bool:
    """An erasure is lawful when the controller (the association's direction) or the union decides it."""
    return portee.reseau or bool(portee.associations)


def _propre(depot: Depot) -> _Propre:
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
        return _Propre(colonnes, textes | {"lien": depot.lien}, None)
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
    return _Propre(colonnes_du_fichier, textes | {"nom": nom_propre(depot.nom, format_)}, octets)


def deposer(acteur: Utilisateur, objet: Objet, exigences: list[str], depot: Depot) -> Preuve:
    """Add a proof with its first version. Sent twice, it is added once.

    `exigences`: codes of the requirements it answers. Raises ValidationError beside the field.
    """
    if not peut_deposer(acteur.portee, objet):
        raise ValidationError({"objet": "Vous ne pouvez pas ajouter de preuve ici."})
    propre = _propre(depot)
    with integrite_lisible(Preuve):
        Utilisateur.objects.select_for_update().get(pk=acteur.pk)  # one click at a time
        recue = Preuve.objects.filter(creee_par=acteur, cle=depot.cle).first()
        if recue:
            return recue
        preuve = Preuve.objects.create(
            niveau=objet.niveau,
            association=objet.association,
            point=objet.point,
            personne=objet.personne,
            exigences=list(dict.fromkeys(exigences)),
            coffre=CleDonnees.creer(),
            cle=depot.cle,
            creee_par=acteur,
        )
        apres = {"niveau": preuve.niveau, "exigences": preuve.exigences}
        journaliser(acteur, "creer", preuve, point_id=preuve.point_id, apres=apres)
        _ajouter(acteur, preuve, 1, depot, propre)
    return preuve


def ajouter_version(acteur: Utilisateur, preuve: Preuve, depot: Depot) -> VersionPreuve:
    """Add a version to a proof; earlier ones stay as they are. Sent twice, it is added once."""
    if not peut_tenir(acteur.portee, preuve):
        raise ValidationError("Vous ne pouvez pas compléter cette preuve.")
    propre = _propre(depot)
    with integrite_lisible(VersionPreuve):
        tenue = _tenir(preuve)
        recue = VersionPreuve.objects.filter(deposee_par=acteur, cle=depot.cle).first()
        if recue:
            return recue
        _exiger_vivante(tenue)
        return _ajouter(acteur, tenue, tenue.versions.count() + 1, depot, propre)


def _ajouter(
    acteur: Utilisateur, preuve: Preuve, numero: int, depot: Depot, propre: _Propre
) -> VersionPreuve:
    version = VersionPreuve(
        preuve=preuve,
        numero=numero,
        debut=depot.debut,
        fin=depot.fin,
        deposee_par=acteur,
        cle=depot.cle,
        **propre.colonnes,
    )
    coffre = preuve.coffre.coffre  # type: ignore[union-attr]
    version.scelle = coffre.sceller_valeurs(version.usage, {c: t for c, t in propre.textes.items() if t})
    version.save(force_insert=True)
    if propre.octets is not None:
        scelles = coffre.sceller(f"{version.usage}:fichier", propre.octets)
        FichierPreuve.objects.create(version=version, octets=scelles)
    apres = {"preuve": preuve.pk, "numero": numero, "debut": depot.debut, "fin": depot.fin, "titre": MODIFIE}
    journaliser(acteur, "creer", version, point_id=preuve.point_id, apres=apres | propre.colonnes)
    return version


def _tenir(preuve: Preuve) -> Preuve:
    """Hold the proof for this transaction, so that two acts follow each other."""
    return Preuve.objects.select_for_update(of=("self",)).select_related("coffre").get(pk=preuve.pk)


def _exiger_vivante(preuve: Preuve) -> None:
    if EvenementPreuve.objects.filter(version__preuve=preuve, nature__in=FINALES).exists():
        raise ValidationError("Cette preuve a été retirée : ajoutez-en une autre.")


def noter(acteur: Utilisateur | None, version: VersionPreuve, nature: str, motif: str = "") -> None:
    """Write down what was decided or found about a version, and tell the journal."""
    evenement = EvenementPreuve.objects.create(version=version, nature=nature, motif=motif, par=acteur)
    apres = {"version": version.pk, "nature": nature, "motif": MODIFIE if motif else ""}
    journaliser(acteur, str(nature), evenement, point_id=version.preuve.point_id, apres=apres)


def _motif(motif: str) -> str:
    if not motif.strip():
        raise ValidationError({"motif": "Dites pourquoi."})
    try:
        refuser_nir(motif)
    except ValidationError as erreur:
        raise ValidationError({"motif": erreur.messages}) from erreur
    return motif.strip()


def refuser(acteur: Utilisateur, version: VersionPreuve, motif: str) -> None:
    """The union says that a version proves nothing, and why; it stays, and counts as missing."""
    _juger(acteur, version, Nature.REFUS, _motif(motif))


def lever_refus(acteur: Utilisateur, version: VersionPreuve) -> None:
    """The union takes its refusal back."""
    _juger(acteur, version, Nature.LEVEE)


def _juger(acteur: Utilisateur, version: VersionPreuve, nature: str, motif: str = "") -> None:
    if not acteur.portee.reseau:
        raise ValidationError("Seule l’union nationale refuse une preuve.")
    with transaction.atomic():
        _exiger_vivante(_tenir(version.preuve))
        jugements = EvenementPreuve.objects.filter(version=version, nature__in=(Nature.REFUS, Nature.LEVEE))
        dernier = jugements.order_by("-id").values_list("nature", flat=True).first() or Nature.LEVEE
        if dernier != nature:
            noter(acteur, version, nature, motif)


def retirer(acteur: Utilisateur, preuve: Preuve, motif: str) -> None:
    """Withdraw a proof added by mistake: it counts no more, and can still be read. Idempotent."""
    if not peut_tenir(acteur.portee, preuve):
        raise ValidationError("Vous ne pouvez pas retirer cette preuve.")
    motif = _motif(motif)
    with transaction.atomic():
        tenue = _tenir(preuve)
        if not EvenementPreuve.objects.filter(version__preuve=tenue, nature__in=FINALES).exists():
            for version in tenue.versions.select_related("preuve"):
                noter(acteur, version, Nature.RETRAIT, motif)


def effacer(acteur: Utilisateur, preuve: Preuve, motif: str) -> None:
    """Erase a proof as the law asks (RGPD, art. 17): file, words and key go; hash, date and reason stay."""
    if not (peut_effacer(acteur.portee) and peut_tenir(acteur.portee, preuve)):
        raise ValidationError("L’effacement se décide à la direction de l’association ou à l’union.")
    motif = _motif(motif)
    with transaction.atomic():
        tenue = _tenir(preuve)
        if tenue.coffre is None:
            return
        for version in tenue.versions.select_related("preuve"):
            noter(acteur, version, Nature.EFFACEMENT, motif)
        FichierPreuve.objects.filter(version__preuve=tenue).delete()
        tenue.coffre.delete()  # the proof's column follows; its sealed words can't be opened any more


def lire(acteur: Utilisateur, version: VersionPreuve) -> tuple[str, bytes]:
    """Name and bytes of a version's file; the reading is told in the journal.

    Raises FichierPreuve.DoesNotExist for a link or an erased proof, FichierAltere when the file was changed.
    """
    octets = ouvrir(version)
    journaliser(acteur, "telecharger", version, point_id=version.preuve.point_id)
    return version.valeurs().get("nom", f"preuve.{EXTENSIONS[version.format]}"), octets


def ouvrir(version: VersionPreuve) -> bytes:
    """The bytes of a version, checked against its hash. Raises as `lire` does."""
    fichier = FichierPreuve.objects.get(version=version)
    coffre = version.preuve.coffre
    if coffre is None:
        raise FichierPreuve.DoesNotExist
    try:
        octets = coffre.coffre.ouvrir(f"{version.usage}:fichier", fichier.octets)
    except Indechiffrable as erreur:
        raise FichierAltere from erreur
    if hashlib.sha256(octets).hexdigest() != version.empreinte:
        raise FichierAltere
    return octets
