"""Complaints and requests that name a person who asks what is held: found by their words, copied for them.

No fingerprint of these names is kept: a point's rows of two years are few, and each is opened and compared. A
complaint that goes to the direction is not the manager's to read: it is not searched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from accueil.models import PointAccueil, Utilisateur
from pimms.socle.journal import journaliser
from pimms.socle.textes import cle_tri
from qualite.models import DemandeDroits, Reclamation

Ecrit = Reclamation | DemandeDroits


_VIDES = {"madame", "mademoiselle", "monsieur", "mlle", "mme", "mr", "de", "du", "des", "la", "le", "et"}


def _mots(texte: str) -> set[str]:
    """The words by which a name is told: no civility, initial, particle or number."""
    return {mot for mot in cle_tri(texte).split() if len(mot) > 1 and mot.isalpha()} - _VIDES


@dataclass(frozen=True)
class Trouve:
    """A row and who it names; `entier`: with all words of the name that is looked for. « Madame Roux » may be
    Claire Roux, or another: it is shown, and not copied."""

    ligne: Ecrit
    personne: str
    entier: bool


def trouver(acteur: Utilisateur, point: PointAccueil, nom: str) -> list[Trouve]:
    """Of that point's rows whose words this person reads, those that share a word of it, oldest first."""
    mots, trouves = _mots(nom), []
    for ligne in _lisibles(acteur, point):
        personne = ligne.textes().get("personne", "")
        if communs := mots & _mots(personne):
            trouves.append(Trouve(ligne, personne, communs == mots))
    return sorted(trouves, key=lambda trouve: trouve.ligne.recue_le)


def _lisibles(acteur: Utilisateur, point: PointAccueil) -> Iterator[Ecrit]:
    for modele in (Reclamation, DemandeDroits):
        lignes = modele.objects.visibles_par(acteur).filter(point=point, lisible=True)
        yield from lignes.select_related("coffre", "point").order_by("pk").iterator(200)


def copier(acteur: Utilisateur, ecrits: Sequence[Ecrit]) -> list[dict[str, Any]]:
    """What they say, as JSON values; each copy is told."""
    for ligne in ecrits:
        journaliser(acteur, "copier", ligne, point_id=ligne.point_id)
    return [_copie(ligne) for ligne in ecrits]


def _copie(ligne: Ecrit) -> dict[str, Any]:
    textes = ligne.textes()
    return {
        "nature": str(ligne._meta.verbose_name),
        "point": ligne.point.nom,
        "recue_le": ligne.recue_le.isoformat(),
        "objet": ligne.get_droit_display() if isinstance(ligne, DemandeDroits) else ligne.get_objet_display(),
        "personne": textes.get("personne", ""),
        "texte": textes.get("texte", ""),
        "repondue_le": ligne.repondue_le.isoformat() if ligne.repondue_le else "",
        "reponse": textes.get("reponse", ""),
    }
