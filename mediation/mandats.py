"""Mandates to do something in a party's place: written, limited, revocable (DEO-7)."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError

from accueil.ecritures import integrite_lisible
from accueil.models import Utilisateur
from mediation.cycle_de_vie import ajouter, exiger_actif, verrou
from mediation.envois import deja_recu, exiger_meme
from mediation.models import Document, Dossier, Mandat, Partie
from pimms.socle.journal import journaliser

DUREE_MAX = timedelta(days=366)  # network's rule, « à valider »


@dataclass(frozen=True)
class MandatSaisi:
    """A mandate as typed; `objet`: what exactly may be done (sealed)."""

    partie: Partie
    objet: str
    debut: date
    fin: date
    cle: uuid.UUID | None = None

    def colonnes(self) -> dict:
        return {"partie_id": self.partie.pk, "debut": self.debut, "fin": self.fin}


def donner_mandat(acteur: Utilisateur, dossier: Dossier, saisi: MandatSaisi) -> tuple[Mandat, bool]:
    """Write a mandate, to print and sign; it is of use once its signed document is there.

    Raises ValidationError (of nothing, without end, for longer than a year, by no party).
    """
    with integrite_lisible(Mandat), verrou(acteur, dossier) as tenu:
        recu = deja_recu(Mandat, acteur, saisi.cle)
        if recu:
            recu.dossier = tenu
            exiger_meme(recu, tenu.pk, {"objet": saisi.objet}, **saisi.colonnes())
            return recu, False
        exiger_actif(tenu)
        partie = Partie.objects.filter(dossier=tenu, pk=saisi.partie.pk).first()
        if partie is None or not partie.principale:
            raise ValidationError({"partie": "Choisissez une partie de ce dossier."})
        if partie.retiree_le and partie.retiree_le <= saisi.fin:
            raise ValidationError(
                {
                    "partie": f"{partie} s’est retirée le {partie.retiree_le:%d/%m/%Y}\u202f: elle ne donne "
                    "plus de mandat."
                },
                code="retiree",
            )
        if not saisi.objet.strip():
            raise ValidationError({"objet": "Dites précisément ce qui peut être fait."})
        if saisi.fin < saisi.debut:
            raise ValidationError({"fin": "La fin précède le début."}, code="ordre")
        if saisi.fin - saisi.debut > DUREE_MAX:
            raise ValidationError({"fin": "Un mandat vaut un an au plus."}, code="duree")
        mandat = Mandat(dossier=tenu, cle=saisi.cle, saisi_par=acteur, **saisi.colonnes())
        ajouter(mandat, {"objet": saisi.objet})
        journaliser(acteur, "creer", mandat, point_id=tenu.point_id, apres=saisi.colonnes())
    return mandat, True


def rattacher(acteur: Utilisateur, mandat: Mandat, document: Document) -> None:
    """Attach the signed document to its mandate, inside the case's lock; a mandate has one."""
    if document.nature != Document.Nature.MANDAT:
        raise ValidationError({"mandat": "Un mandat signé est un document de cette sorte."}, code="nature")
    mandat.document = document
    mandat.save(update_fields=["document"])
    journaliser(acteur, "signer", mandat, point_id=mandat.point_id, apres={"document": document.pk})


def finir_mandats(acteur: Utilisateur, partie: Partie, depart: date) -> None:
    """End the mandates that a party gave, on the day it leaves; the case's lock is held.

    What was done under a mandate on that very day stands. Raises ValidationError when something was
    done later.
    """
    for mandat in Mandat.objects.filter(partie=partie, fin__gte=depart).exclude(revoque_le__lte=depart):
        dernier = mandat.etapes.filter(annulee_le__isnull=True, jour__gte=depart).order_by("-jour").first()
        if dernier and dernier.jour > depart:
            raise ValidationError(
                {
                    "jour": f"Une démarche a été faite sous son mandat le {dernier.jour:%d/%m/%Y}\u202f: "
                    "son retrait ne peut pas la précéder."
                },
                code="mandat",
            )
        fin = depart + timedelta(days=1) if dernier else depart
        if mandat.revoque_le == fin:
            continue
        mandat.revoque_le = fin
        mandat.save(update_fields=["revoque_le"])
        journaliser(acteur, "revoquer", mandat, point_id=mandat.point_id, apres={"revoque_le": fin})


def revoquer(acteur: Utilisateur, mandat: Mandat, jour: date) -> None:
    """Revoke a mandate from a day on (that day included), in a closed case too: who gave it may always
    take it back. The same form sent twice revokes once; ValidationError for another day."""
    with verrou(acteur, mandat.dossier) as tenu:
        actuel = Mandat.objects.get(dossier=tenu, pk=mandat.pk)
        if actuel.revoque_le == jour:
            return
        if actuel.revoque_le:
            raise ValidationError(
                f"Ce mandat est déjà révoqué depuis le {actuel.revoque_le:%d/%m/%Y}.", code="revoque"
            )
        if jour > tenu.point.aujourdhui():
            raise ValidationError({"jour": "Ce jour n’est pas encore venu."}, code="futur")
        if jour < actuel.debut:
            raise ValidationError({"jour": "Le mandat ne commence qu’après."}, code="ordre")
        dernier = actuel.etapes.filter(annulee_le__isnull=True, jour__gte=jour).order_by("-jour").first()
        if dernier:
            raise ValidationError(
                {"jour": f"Une démarche a été faite sous ce mandat le {dernier.jour:%d/%m/%Y}."}, code="ordre"
            )
        actuel.revoque_le = jour
        actuel.save(update_fields=["revoque_le"])
        journaliser(acteur, "revoquer", actuel, point_id=tenu.point_id, apres={"revoque_le": jour})
