"""ORG-7: the contrat de franchise sociale that binds the association to the union is in force."""

from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, Verdict, selon
from qualite.faits import FaitsAssociation

CODE = "ORG-7"


def controler(faits: FaitsAssociation, seuils: Seuils) -> Resultat:
    """A contract covers the day; none ever recorded is a proof that is missing."""
    lien = Lien("association", "contrats", sujet="association")
    if not faits.contrats:
        return Resultat(Verdict.PREUVE_MANQUANTE, "Aucun contrat n’est enregistré.", qui=Qui.UNION, lien=lien)
    en_vigueur = faits.contrats_en_vigueur > 0
    phrase = "contrat en vigueur" if en_vigueur else "le dernier contrat a pris fin"
    return Resultat(
        selon(en_vigueur), phrase, valeur=int(en_vigueur), seuil=1, sur=1, qui=Qui.DIRECTION, lien=lien
    )
