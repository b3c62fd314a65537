"""ORG-3: each médiateur followed the hours of training of the year, in proportion of their presence.

The proportion and long absences are said by `qualite.parcours`.
"""

from pimms.socle.typographie import compte
from qualite.controles.resultat import Lien, Resultat, Seuils, sans_objet, tous
from qualite.faits import FaitsPoint

CODE = "ORG-3"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """Everyone in post has their hours. How many, nobody's own figure."""
    lien = Lien("parcours_equipe", "équipe")
    equipe, heures = faits.personnel, seuils["formation_heures"]
    if not equipe.en_poste:
        return sans_objet("Aucun médiateur en poste.", lien=lien)
    return tous(
        equipe.formes,
        equipe.en_poste,
        f"{equipe.formes} sur {compte(equipe.en_poste, 'médiateur')} avec les heures attendues"
        f" ({heures}\u202fh par an, au prorata)",
        lien=lien,
    )
