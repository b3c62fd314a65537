"""Complaints and requests that name a person who asks what is held: found by their words, copied for them.

No fingerprint of these names is kept: a point's rows of two years are few, and each is opened and compared. A
complaint that goes to the direction is not the manager's to read: it is not searched.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from accueil.models import PointAccueil, Utilisateur
from pimms.socle.journal import journaliser
from pimms.socle.textes import cle_tri
from qualite.models import DemandeDroits, Reclamation

Ecrit = Reclamation | DemandeDroits


def _mots(texte: str) -> set[str]:
    return set(cle_tri(texte).split())


def trouver(acteur: Utilisateur, point: PointAccueil, nom: str) -> list[Ecrit]:
    """Of that point's rows whose words this person reads, those that name who has all words of this name."""
    mots = _mots(nom)
    lus = [ligne for ligne in _lisibles(acteur, point) if mots and mots <= _mots(ligne.personne)]
    return sorted(lus, key=lambda ligne: ligne.recue_le)


def _lisibles(acteur: Utilisateur, point: PointAccueil) -> Iterator[Any]:
    for modele in (Reclamation, DemandeDroits):
        lignes = modele.objects.visibles_par(acteur).filter(point=point, lisible=True)
        for ligne in lignes.select_related("coffre", "point").order_by("pk").iterator(200):
            ligne.personne = ligne.textes().get("personne", "")
            yield ligne


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
