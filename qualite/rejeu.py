"""Erase again, in a restored database, what had been erased since its backup was made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from accueil.effacement import oter_la_note
from accueil.models import Utilisateur, Visite
from mediation.conservation import oter_ce_qui_nomme
from mediation.documents import effacer_document
from mediation.droits_des_personnes import effacer_ce_qui_nomme
from mediation.models import Document, Dossier, Partie
from pimms.socle.effacements import Liste, relire
from pimms.socle.models import Effacement
from qualite import preuves
from qualite.effacement import detruire
from qualite.models import CommentaireAvis, DemandeDroits, Incident, Preuve, Reclamation

MOTIF = "Effacement refait après une restauration"


def _quelqu_un(acteur: Utilisateur | None) -> Utilisateur:
    """Whoever erased it may have come after the backup: the row then names an account of the union."""
    return acteur or Utilisateur.objects.order_by("-is_staff", "pk")[0]


def _ecrit(ligne: Any, acteur: Utilisateur | None, le: datetime) -> None:
    if not ligne.efface_le or ligne.efface_le < le:
        detruire(ligne, _quelqu_un(acteur), MOTIF, timezone.now())


GESTES: dict[str, tuple[Any, Callable[[Any, Utilisateur | None, datetime], object]]] = {
    "dossier": (Dossier, lambda dossier, *_: oter_ce_qui_nomme(dossier)),
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
    """Do again each erasure of the list that the restored database doesn't know. As the owner.

    What it knows was done before the backup was made: what the row holds was written since, and stays.
    """
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
            cle = {c: ligne[c] for c in ("objet", "objet_id", "motif", "le")}
            _, nouveau = Effacement.objects.get_or_create(**cle, defaults={"acteur_id": ligne["acteur_id"]})
            if nouveau:
                geste(objet, acteur, ligne["le"])
                rejeu.refaits += 1
    _reserver_les_cles(liste)
    return rejeu


def _reserver_les_cles(liste: Liste) -> None:
    """No row to come takes a key that the list names: the next restore would erase somebody else's."""
    plus_hautes: dict[tuple[str, str], int] = {}
    for ligne in liste.lignes:
        if ligne["objet"] in GESTES:
            compte = _qui_compte(GESTES[ligne["objet"]][0])
            plus_hautes[compte] = max(ligne["objet_id"], plus_hautes.get(compte, 0))
    suite = "SELECT setval(suite, greatest(%s, nextval(suite))) FROM pg_get_serial_sequence(%s, %s) suite"
    with connection.cursor() as curseur:
        for compte, cle in plus_hautes.items():
            curseur.execute(suite, [cle, *compte])


def _qui_compte(modele: type[Model]) -> tuple[str, str]:
    """Table and column that give a model's keys: its own, or those of the row that it goes with."""
    while modele._meta.pk.related_model:
        modele = modele._meta.pk.related_model
    return modele._meta.db_table, modele._meta.pk.attname
