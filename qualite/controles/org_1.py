"""ORG-1: each médiateur in post has a job description in force. A document for each, at the association."""

from pimms.socle.typographie import compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, Verdict, sans_objet
from qualite.faits import FaitsAssociation

CODE = "ORG-1"


def controler(faits: FaitsAssociation, seuils: Seuils) -> Resultat:
    """Nobody in post is without one; a proof about the person is what counts, never one for all."""
    lien = Lien("parcours_equipe", "équipe")
    equipe = faits.personnel
    if not equipe.en_poste:
        return sans_objet("Aucun médiateur en poste.", qui=Qui.DIRECTION, lien=lien)
    tous = equipe.fiches >= equipe.en_poste
    return Resultat(
        Verdict.ATTEINT if tous else Verdict.PREUVE_MANQUANTE,
        f"fiche de poste en vigueur pour {equipe.fiches} sur {compte(equipe.en_poste, 'médiateur')}",
        valeur=equipe.fiches,
        seuil=equipe.en_poste,
        sur=equipe.en_poste,
        qui=Qui.DIRECTION,
        lien=lien,
    )
