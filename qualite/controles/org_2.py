"""ORG-2: each médiateur is qualified, was trained to the trade, or is on a path towards it."""

from pimms.socle.typographie import accorder, compte
from qualite.controles.resultat import Lien, Resultat, Seuils, sans_objet, selon
from qualite.faits import FaitsPoint

CODE = "ORG-2"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """Nobody lacks both, past the days of grace of an arrival. Shown for the team, never for someone."""
    lien = Lien("parcours_equipe", "équipe")
    equipe = faits.personnel
    if not equipe.en_poste:
        return sans_objet("Aucun médiateur en poste.", lien=lien)
    mediateurs = f"{compte(equipe.en_poste, 'médiateur')} qualifié{accorder(equipe.en_poste)}"
    phrase = f"{equipe.qualifies} sur {mediateurs} ou en parcours"
    if attendus := equipe.en_poste - equipe.qualifies - equipe.qualifications_en_retard:
        phrase += f", {attendus} encore dans {accorder(attendus, 'son délai,leur délai')}"
    return Resultat(
        selon(not equipe.qualifications_en_retard),
        phrase,
        valeur=equipe.qualifies,
        seuil=equipe.en_poste,
        sur=equipe.en_poste,
        lien=lien,
    )
