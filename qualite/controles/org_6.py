"""ORG-6: team meetings are held, with another point if need be. Network's rule: a number a year."""

from pimms.socle.typographie import accorder, compte
from qualite.controles.resultat import Lien, Resultat, Seuils, sans_objet, selon
from qualite.faits import FaitsPoint

CODE = "ORG-6"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """The meetings of twelve months where someone of the team was noted present."""
    tenues, seuil = faits.personnel.reunions, seuils["reunions_equipe"]
    lien = Lien("seances", compte(tenues, "réunion"), (("nature", "reunion"),))
    if not faits.personnel.en_poste:
        return sans_objet("Aucun médiateur en poste.", lien=lien)
    dites = compte(tenues, "réunion") if tenues else "aucune réunion notée"
    return Resultat(
        selon(tenues >= seuil),
        f"{dites}, {seuil} attendue{accorder(seuil)}",
        valeur=tenues,
        seuil=seuil,
        sur=max(seuil, tenues),
        lien=lien,
    )
