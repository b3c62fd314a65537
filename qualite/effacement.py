"""Erase the words of a complaint, a person's request or an incident, as the law asks (RGPD, art. 17).

The only door. The words go with the key that sealed them; codes and days stay, as rules and figures count
them, and so does when, by whom and why. What is written afterwards, an answer for instance, has a new key.
"""

from datetime import datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone

from accueil.ecritures import integrite_lisible
from accueil.models import Utilisateur
from mediation.textes import verifier_texte
from pimms.socle.effacements import DEMANDE, ecrire
from pimms.socle.journal import MODIFIE, journaliser
from pimms.socle.models import CleDonnees
from qualite import saisines
from qualite.models.ecrits import EcritScelle

Ecrit = TypeVar("Ecrit", bound=EcritScelle)
RESERVE = "L’effacement se décide par qui traite cette ligne, au point ou à la direction."


def effacer(acteur: Utilisateur, ligne: Ecrit, version: int, motif: str) -> Ecrit:
    """Erase what was typed, for whoever looks after the row; ModifieEntretemps when it was changed since.

    `motif` stays in clear, and names nobody.
    """
    with integrite_lisible(type(ligne)):
        tenue = saisines.tenir(type(ligne), acteur, ligne.pk, version)
        if not saisines.tient(acteur.portee, tenue):
            raise ValidationError(RESERVE)
        motif = motif.strip()
        if not motif:
            raise ValidationError({"motif": "Dites pourquoi."})
        verifier_texte(motif, "motif")
        ecrire(acteur, tenue, DEMANDE)
        detruire(tenue, acteur, motif, timezone.now())
        journaliser(acteur, "effacer", tenue, point_id=tenue.point_id, apres={"motif": MODIFIE})
    return tenue


def detruire(ligne: EcritScelle, acteur: Utilisateur | None, motif: str, moment: datetime) -> None:
    """The erasing itself, of a row that is held; done again after a restore. Nobody's: the retention's."""
    ancien, ligne.coffre = ligne.coffre, CleDonnees.creer()
    ligne.sceller({})
    ligne.efface_le, ligne.efface_par, ligne.motif_effacement = moment, acteur, motif
    ligne.version += 1
    ligne.save(update_fields=["coffre", "scelle", "efface_le", "efface_par", "motif_effacement", "version"])
    ancien.delete()
