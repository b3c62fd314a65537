"""Erase again, in a restored database, what had been erased since its backup was made."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accueil.effacement import oter_la_note
from accueil.models import Utilisateur, Visite
from mediation.conservation import anonymiser
from mediation.documents import effacer_document
from mediation.droits_des_personnes import effacer_ce_qui_nomme
from mediation.models import Document, Dossier, Partie
from pimms.socle.effacements import relire
from pimms.socle.models import Effacement
from qualite import preuves
from qualite.effacement import detruire
from qualite.models import CommentaireAvis, DemandeDroits, Incident, Preuve, Reclamation

MOTIF = "Effacement refait après une restauration"


def _dossier(dossier: Dossier, acteur: Utilisateur | None, motif: str) -> None:
    anonymiser(acteur, dossier, motif=motif)


def _quelqu_un(acteur: Utilisateur | None) -> Utilisateur:
    """Whoever erased it may have come after the backup: the row then names an account of the union."""
    return acteur or Utilisateur.objects.order_by("-is_staff", "pk")[0]


def _ecrit(ligne: Any, acteur: Utilisateur | None, _: str) -> None:
    if not ligne.efface_le:
        detruire(ligne, _quelqu_un(acteur), MOTIF, timezone.now())


GESTES: dict[str, tuple[Any, Callable[[Any, Utilisateur | None, str], object]]] = {
    "dossier": (Dossier, _dossier),
    "partie": (Partie, lambda partie, *_: effacer_ce_qui_nomme(partie)),
    "document": (Document, lambda document, *_: effacer_document(document)),
    "reclamation": (Reclamation, _ecrit),
    "demandedroits": (DemandeDroits, _ecrit),
    "incident": (Incident, _ecrit),
    "visite": (Visite, lambda visite, *_: oter_la_note(visite)),
    "commentaireavis": (CommentaireAvis, lambda commentaire, *_: commentaire.delete()),
    "preuve": (Preuve, lambda preuve, acteur, _: preuves.detruire(_quelqu_un(acteur), preuve, MOTIF)),
}


@dataclass
class Rejeu:
    """How many erasures were done again, spoke of nothing that was restored, or could not be understood."""

    refaits: int = 0
    inconnus: int = 0
    incompris: int = 0


def rejouer(chemin: Path) -> Rejeu:
    """Do again each erasure of the list."""
    liste = relire(Path(chemin))
    rejeu = Rejeu(incompris=len(liste.illisibles))
    for ligne in liste.lignes:
        if ligne["objet"] not in GESTES:
            rejeu.incompris += 1
            continue
        modele, geste = GESTES[ligne["objet"]]
        with transaction.atomic():
            objet = modele.objects.select_for_update(of=("self",)).filter(pk=ligne["objet_id"]).first()
            acteur = Utilisateur.objects.filter(pk=ligne["acteur_id"]).first()
            if objet is None:
                rejeu.inconnus += 1
                continue
            # Written down before it is done, as the first time; its line is in the list already.
            cle = {c: ligne[c] for c in ("objet", "objet_id", "motif")}
            Effacement.objects.get_or_create(
                **cle, defaults={"acteur_id": ligne["acteur_id"], "le": ligne["le"]}
            )
            geste(objet, acteur, ligne["motif"])
            rejeu.refaits += 1
    return rejeu
