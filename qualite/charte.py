"""The charter: publishing a version, attesting the one in force. The only doors for both."""

import uuid
from collections.abc import Callable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accueil.acces import Portee, en_poste
from accueil.ecritures import integrite_lisible
from accueil.models import Utilisateur
from pimms.socle.journal import MODIFIE, journaliser
from pimms.socle.taches import enfiler
from pimms.socle.textes import refuser_nir
from qualite.envois import exiger_meme
from qualite.models import Attestation, Charte
from qualite.textes_charte import empreinte, normaliser

LONGUEUR_MIN = 200  # characters: less is a slip, not a charter


def en_vigueur(jour: date) -> Charte | None:
    """The version in force on a day."""
    return Charte.objects.en_vigueur(jour).first()


def jour_de(personne: Utilisateur) -> date:
    """Today where this person works: the latest of the days of their points."""
    return max((p.aujourdhui() for p in personne.portee.points), default=timezone.localdate())


def publier(
    acteur: Utilisateur, *, texte: str, changements: str, en_vigueur_le: date, cle: uuid.UUID
) -> Charte:
    """Publish a version, in force from today or a later day. The union alone. Sent twice, it publishes once.

    Raises ValidationError beside the field: too short a text, the same text, a day already taken or past.
    """
    if not acteur.portee.reseau:
        raise ValidationError("Seule l’union nationale publie la charte.")
    texte = normaliser(texte)
    for propre in (texte, changements):
        refuser_nir(propre)
    with integrite_lisible(Charte):
        derniere = Charte.objects.first()  # two at once: the number is unique
        recue = Charte.objects.filter(cle=cle).first()
        if recue:
            envoi = {"empreinte": empreinte(texte), "changements": changements}
            exiger_meme(recue, envoi | {"en_vigueur_le": en_vigueur_le})
            return recue
        _verifier_version(derniere, texte, en_vigueur_le)
        charte = Charte.objects.create(
            numero=derniere.numero + 1 if derniere else 1,
            texte=texte,
            empreinte=empreinte(texte),
            changements=changements,
            en_vigueur_le=en_vigueur_le,
            publiee_par=acteur,
            cle=cle,
        )
        apres = {
            "numero": charte.numero,
            "empreinte": charte.empreinte,
            "en_vigueur_le": en_vigueur_le,
            "texte": MODIFIE,
        }
        journaliser(acteur, "publier", charte, apres=apres)
    return charte


def _verifier_version(derniere: Charte | None, texte: str, en_vigueur_le: date) -> None:
    """Refuse beside the field what can't follow the last version."""
    erreurs = {}
    if len(texte) < LONGUEUR_MIN:
        erreurs["texte"] = f"Ce texte est trop court : {LONGUEUR_MIN} caractères au moins."
    elif derniere and derniere.empreinte == empreinte(texte):
        erreurs["texte"] = "C’est mot pour mot le texte de la version précédente."
    if en_vigueur_le < timezone.localdate():
        erreurs["en_vigueur_le"] = "Choisissez aujourd’hui ou un jour à venir."
    elif derniere and derniere.en_vigueur_le >= en_vigueur_le:
        erreurs["en_vigueur_le"] = (
            f"La version {derniere.numero} commence le {derniere.en_vigueur_le:%d/%m/%Y} :"
            " prenez un jour après."
        )
    if erreurs:
        raise ValidationError(erreurs)


def attester(acteur: Utilisateur, *, empreinte_lue: str, cle: uuid.UUID) -> Attestation:
    """Attest the version in force, for oneself. The caller has just checked the password again.

    `empreinte_lue` is the hash of the text that was on the page. Sent twice, or a second time on one
    day, it gives the attestation already there. Raises ValidationError when no version is in force,
    or when the one read no longer is.
    """
    jour = jour_de(acteur)
    with transaction.atomic():
        Utilisateur.objects.select_for_update().get(pk=acteur.pk)  # one click at a time
        charte = en_vigueur(jour)
        if charte is None:
            raise ValidationError("Aucune charte n’est en vigueur : il n’y a rien à attester.")
        faites = Attestation.objects.filter(personne=acteur)
        deja = faites.filter(Q(cle=cle) | Q(charte=charte, jour=jour)).first()
        if deja:
            return deja
        if charte.empreinte != empreinte_lue:
            raise ValidationError(
                "La charte lue n’est pas celle qui est en vigueur : lisez celle-ci, puis attestez.",
                code="perimee",
            )
        attestation = Attestation.objects.create(
            charte=charte,
            personne=acteur,
            jour=jour,
            empreinte=charte.empreinte,
            employeurs=sorted({p.association_id for p in acteur.portee.points}),
            cle=cle,
        )
        journaliser(
            acteur,
            "attester",
            attestation,
            apres={"charte": charte.numero, "empreinte": charte.empreinte, "jour": jour},
        )
        transaction.on_commit(_produire(attestation.pk))
    return attestation


def _produire(pk: int) -> Callable[[], object]:
    from qualite.taches import produire_attestation  # noqa: PLC0415 — the tasks stand on this module

    return lambda: enfiler(produire_attestation, pk)


def attestations_visibles(portee: Portee, personne: Utilisateur) -> QuerySet[Attestation]:
    """Attestations that someone may read: their own, and those of the teams looked after.

    For a team: of those in post there today, given while they worked for the same association.
    """
    toutes = Attestation.objects.select_related("charte", "personne")
    if portee.reseau:
        return toutes
    lisibles = Q(personne=personne)
    for association, personnes in en_poste(portee).items():
        lisibles |= Q(personne__in=personnes, employeurs__contains=[association])
    return toutes.filter(lisibles)
