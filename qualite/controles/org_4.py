"""ORG-4: whoever arrives is tutored, by another point if need be."""

from pimms.socle.typographie import accorder, compte
from qualite.controles.resultat import Lien, Resultat, Seuils, sans_objet, selon
from qualite.faits import FaitsPoint

CODE = "ORG-4"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """Each médiateur in post who arrived within the year has a tutoring, or is in the days of grace."""
    lien = Lien("parcours_equipe", "équipe")
    equipe = faits.personnel
    if not equipe.arrives:
        return sans_objet("Personne n’est arrivé depuis un an.", lien=lien)
    phrase = f"{equipe.tutores} sur {compte(equipe.arrives, 'arrivée')} avec un tutorat"
    if attendus := equipe.arrives - equipe.tutores - equipe.tutorats_en_retard:
        phrase += f", {attendus} encore dans {accorder(attendus, 'son délai,leur délai')}"
    return Resultat(
        selon(not equipe.tutorats_en_retard),
        phrase,
        valeur=equipe.tutores,
        seuil=equipe.arrives,
        sur=equipe.arrives,
        lien=lien,
    )
