"""CAD-1: what is out of scope is sent on to a named contact. Source: press release, scope of the norm."""

from pimms.socle.typographie import compte
from qualite.controles.resultat import Lien, Resultat, Seuils, sans_objet, tous
from qualite.faits import FaitsPoint

CODE = "CAD-1"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """Each request out of scope names to whom the person was sent."""
    if not faits.hors_champ:
        return sans_objet("Aucune demande hors champ sur la période.")
    demandes = compte(faits.hors_champ, "demande")
    return tous(
        faits.hors_champ_nommes,
        faits.hors_champ,
        f"{faits.hors_champ_nommes} sur {demandes} hors champ avec un interlocuteur nommé",
        lien=Lien("journal", demandes, (("issue", "hors_champ"),), sur_periode=True),
    )
