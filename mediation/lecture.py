"""The one place that decides who reads a case's identities and texts, and opens them."""

from collections.abc import Collection
from typing import Any

from accueil.models import Utilisateur
from mediation.models import Dossier, Lecteur, Partie
from mediation.models.bases import DuDossier


def lit(utilisateur: Utilisateur, dossier: Dossier, nommes: Collection[int] | None = None) -> bool:
    """Whether this person reads the case in clear: a role at that very point, and, where the case is
    restricted, named or in charge. The same rule as `DossierQuerySet.lisibles`, for one row.

    `nommes`: keys of the people named in the case, when they are already loaded.
    """
    if dossier.point_id not in utilisateur.portee.points_de_role or dossier.anonymise_le:
        return False
    if not dossier.restreint or dossier.mediateur_id == utilisateur.pk:
        return True
    if nommes is not None:
        return utilisateur.pk in nommes
    return Lecteur.objects.filter(dossier=dossier, personne=utilisateur).exists()


class Lecture:
    """A case as one person may read it: everything, or pseudonyms and coded values only."""

    def __init__(self, utilisateur: Utilisateur, dossier: Dossier, complete: bool | None = None) -> None:
        self.dossier = dossier
        self.complete = lit(utilisateur, dossier) if complete is None else complete

    def textes(self, ligne: DuDossier | Dossier) -> dict[str, Any]:
        """Free text of the case or of one of its parts; empty for who reads pseudonyms."""
        if not self.complete:
            return {}
        if isinstance(ligne, DuDossier):
            ligne.dossier = self.dossier  # its key is loaded there
        return ligne.valeurs()

    def nom(self, partie: Partie) -> str:
        """The party's name, or its partner's, or « Partie A »."""
        if partie.partenaire_id and partie.nature == Partie.Nature.INSTITUTION:
            return str(partie.partenaire)
        return self.textes(partie).get("nom") or partie.pseudonyme
