"""DEO-6: practice is thought over in sessions, with another point or at a distance too.

Source: press release (réflexion sur sa pratique professionnelle); the number is to be checked.
"""

from pimms.socle.typographie import accorder, compte
from qualite.controles.resultat import Lien, Resultat, Seuils, sans_objet, selon
from qualite.faits import FaitsPoint

CODE = "DEO-6"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """The sessions of twelve months where a médiateur of the team was noted present."""
    tenues, seuil = faits.personnel.analyses, seuils["analyse_pratique"]
    lien = Lien("seances", compte(tenues, "séance"), (("nature", "analyse"),))
    if not faits.personnel.en_poste:
        return sans_objet("Aucun médiateur en poste.", lien=lien)
    dites = compte(tenues, "séance") if tenues else "aucune séance notée"
    return Resultat(
        selon(tenues >= seuil),
        f"{dites}, {seuil} attendue{accorder(seuil)}",
        valeur=tenues,
        seuil=seuil,
        sur=max(seuil, tenues),
        lien=lien,
    )
