"""Proofs: adding one or a version, refusing, withdrawing, erasing, reading. The only doors."""

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accueil.acces import Portee, en_poste
from accueil.ecritures import integrite_lisible
from accueil.models import Utilisateur
from mediation.documents import EXTENSIONS
from pimms.socle.chiffrement import Indechiffrable
from pimms.socle.effacements import DEMANDE, ecrire
from pimms.socle.journal import MODIFIE, journaliser
from pimms.socle.models import CleDonnees
from pimms.socle.textes import refuser_nir
from qualite.controles import PAR_PERSONNE
from qualite.depots import Depot, Objet, Propre, nettoyer
from qualite.envois import AUTRE_CONTENU, exiger_meme
from qualite.models import (
    ActionCorrective,
    EvenementPreuve,
    Exigence,
    FichierPreuve,
    Preuve,
    PreuveArretee,
    VersionPreuve,
)

Nature = EvenementPreuve.Nature
A_SERVI = (
    "Cette preuve a servi à une évaluation arrêtée\u202f: elle ne se retire plus. Elle ne peut qu’être"
    " effacée, quand la loi l’exige."
)
FINALES = (Nature.RETRAIT, Nature.EFFACEMENT)


class FichierAltere(Exception):
    """What is stored is not what was added: it counts as missing."""


class FichierManquant(FichierAltere):
    """What was added is not stored any more, though nobody erased it."""


def peut_deposer(portee: Portee, objet: Objet) -> bool:
    """Who adds proofs: the union for all, a direction for its association, who looks after a team for it.

    For a person: in post today in a team looked after, of the association that adds it.
    """
    if portee.reseau:
        return True
    if objet.personne:
        association = objet.association and objet.association.pk
        return objet.personne.pk in en_poste(portee).get(association or 0, ())
    if objet.point:
        return portee.gere(objet.point)
    return objet.association is not None and objet.association.pk in portee.associations


def peut_tenir(portee: Portee, preuve: Preuve) -> bool:
    """Who adds a version to a proof, or withdraws it: whoever could add it."""
    association = preuve.employeur if preuve.personne_id else preuve.association
    return peut_deposer(portee, Objet(association, preuve.point, preuve.personne))


def peut_effacer(portee: Portee, preuve: Preuve) -> bool:
    """An erasure is lawful when the controller (that association's direction) or the union decides it."""
    du_point = preuve.point.association_id if preuve.point else None
    return portee.reseau or (preuve.employeur_id or preuve.association_id or du_point) in portee.associations


def deposer(
    acteur: Utilisateur,
    objet: Objet,
    exigences: list[str],
    depot: Depot,
    action: ActionCorrective | None = None,
) -> Preuve:
    """Add a proof with its first version. Sent twice, it is added once.

    `exigences`: codes of the requirements it answers; `action`: the corrective action, about the same
    subject, that it shows the work of. Raises ValidationError beside the field.
    """
    if not peut_deposer(acteur.portee, objet):
        raise ValidationError({"objet": "Vous ne pouvez pas ajouter de preuve ici."})
    _verifier_objet(objet, exigences, action)
    propre = nettoyer(depot)
    with integrite_lisible(Preuve):
        Utilisateur.objects.select_for_update().get(pk=acteur.pk)  # one click at a time
        colonnes = objet.colonnes | {"exigences": list(dict.fromkeys(exigences)), "action": action}
        recue = Preuve.objects.filter(creee_par=acteur, cle=depot.cle).first()
        if recue:
            exiger_meme(recue, colonnes)
            _exiger_meme_version(recue.versions.select_related("preuve__coffre").get(numero=1), depot, propre)
            return recue
        preuve = Preuve.objects.create(**colonnes, coffre=CleDonnees.creer(), cle=depot.cle, creee_par=acteur)
        apres: dict[str, Any] = {"niveau": preuve.niveau, "exigences": preuve.exigences}
        apres |= {"action": action.pk} if action else {}
        journaliser(acteur, "creer", preuve, point_id=preuve.point_id, apres=apres)
        _ajouter(acteur, preuve, 1, depot, propre)
    return preuve


def _verifier_objet(objet: Objet, exigences: list[str], action: ActionCorrective | None) -> None:
    """Refuse what would never count: one for all where each person's own is due, unless it shows the work of
    an action; another's action."""
    if objet.personne is None and action is None:
        demandees = Exigence.objects.filter(code__in=exigences)
        if any(not PAR_PERSONNE.isdisjoint(e.lignee) for e in demandees):
            message = "Cette exigence se prouve personne par personne\u202f: choisissez pour qui."
            raise ValidationError({"objet": message})
    sujet = (objet.association, objet.point, objet.personne)
    if action and (action.association, action.point, None) != sujet:
        raise ValidationError({"objet": "Cette action porte sur autre chose."})


def ajouter_version(acteur: Utilisateur, preuve: Preuve, depot: Depot) -> VersionPreuve:
    """Add a version to a proof; earlier ones stay as they are. Sent twice, it is added once."""
    if not peut_tenir(acteur.portee, preuve):
        raise ValidationError("Vous ne pouvez pas compléter cette preuve.")
    propre = nettoyer(depot)
    with integrite_lisible(VersionPreuve):
        tenue = _tenir(preuve)
        recue = VersionPreuve.objects.filter(deposee_par=acteur, cle=depot.cle).first()
        if recue:
            exiger_meme(recue, {"preuve_id": tenue.pk})
            _exiger_meme_version(recue, depot, propre)
            return recue
        _exiger_vivante(tenue)
        return _ajouter(acteur, tenue, tenue.versions.count() + 1, depot, propre)


def _exiger_meme_version(recue: VersionPreuve, depot: Depot, propre: Propre) -> None:
    """Refuse a form that comes back with another content; of an erased proof, nothing is left to compare."""
    exiger_meme(recue, {"debut": depot.debut, "fin": depot.fin, **propre.colonnes})
    if recue.preuve.coffre is not None and recue.valeurs() != _utiles(propre.textes):
        raise ValidationError(AUTRE_CONTENU, code="rejeu")


def _utiles(textes: dict[str, str]) -> dict[str, str]:
    """Texts that hold something, as they are sealed."""
    return {c: t for c, t in textes.items() if t}


def _ajouter(acteur: Utilisateur, preuve: Preuve, numero: int, depot: Depot, propre: Propre) -> VersionPreuve:
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
    version.scelle = coffre.sceller_valeurs(version.usage, _utiles(propre.textes))
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


def a_servi(preuve: Preuve) -> bool:
    """Whether a closed evaluation stood on it: only a lawful erasure takes it away."""
    return PreuveArretee.objects.filter(version__preuve=preuve).exists()


def retirer(acteur: Utilisateur, preuve: Preuve, motif: str) -> None:
    """Withdraw a proof added by mistake: it counts no more, and can still be read. Idempotent.

    Raises ValidationError for one that a closed evaluation stood on.
    """
    if not peut_tenir(acteur.portee, preuve):
        raise ValidationError("Vous ne pouvez pas retirer cette preuve.")
    motif = _motif(motif)
    with transaction.atomic():
        tenue = _tenir(preuve)
        if a_servi(tenue):
            raise ValidationError(A_SERVI)
        if not EvenementPreuve.objects.filter(version__preuve=tenue, nature__in=FINALES).exists():
            for version in tenue.versions.select_related("preuve"):
                noter(acteur, version, Nature.RETRAIT, motif)


def effacer(acteur: Utilisateur, preuve: Preuve, motif: str) -> None:
    """Erase a proof as the law asks (RGPD, art. 17): file, words and key go; hash, date and reason stay.

    That of someone who left as well: the controller answers for it, though nobody there reads it any more.
    """
    if not peut_effacer(acteur.portee, preuve):
        raise ValidationError("L’effacement se décide à la direction de l’association ou à l’union.")
    motif = _motif(motif)
    with transaction.atomic():
        tenue = _tenir(preuve)
        if tenue.coffre is None:
            return
        ecrire(acteur, tenue, DEMANDE)
        detruire(acteur, tenue, motif)


def detruire(acteur: Utilisateur, preuve: Preuve, motif: str) -> None:
    """The erasing itself, of a proof that is held; done again after a restore."""
    if preuve.coffre is None:
        return
    for version in preuve.versions.select_related("preuve"):
        noter(acteur, version, Nature.EFFACEMENT, motif)
    FichierPreuve.objects.filter(version__preuve=preuve).delete()
    preuve.coffre.delete()  # the proof's column follows; its sealed words can't be opened any more


def lire(acteur: Utilisateur, version: VersionPreuve) -> tuple[str, bytes]:
    """Name and bytes of a version's file; the reading is told in the journal.

    Raises FichierPreuve.DoesNotExist for a link or an erased proof, FichierAltere when the file was changed
    or lost.
    """
    octets = ouvrir(version)
    journaliser(acteur, "telecharger", version, point_id=version.preuve.point_id)
    return version.valeurs().get("nom", f"preuve.{EXTENSIONS[version.format]}"), octets


def ouvrir(version: VersionPreuve) -> bytes:
    """The bytes of a version, checked against its hash. Raises as `lire` does."""
    coffre = version.preuve.coffre
    if coffre is None or version.nature == VersionPreuve.Nature.LIEN:
        raise FichierPreuve.DoesNotExist
    fichier = FichierPreuve.objects.filter(version=version).first()
    if fichier is None:
        raise FichierManquant
    try:
        octets = coffre.coffre.ouvrir(f"{version.usage}:fichier", fichier.octets)
    except Indechiffrable as erreur:
        raise FichierAltere from erreur
    if hashlib.sha256(octets).hexdigest() != version.empreinte:
        raise FichierAltere
    return octets
