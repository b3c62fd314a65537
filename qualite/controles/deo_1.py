"""DEO-1: nobody takes part in an exchange between parties without having agreed. Source: press release.

Persons and institutions alike; getting in touch comes before, and needs no agreement.
"""

from pimms.socle.typographie import compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, sans_objet, tous
from qualite.faits import FaitsPoint

CODE = "DEO-1"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """Each party that took part in an exchange had said yes by that day."""
    if not faits.accords_dus:
        return sans_objet("Aucun échange entre parties sur la période.")
    parties = compte(faits.accords_dus, "participation")
    return tous(
        faits.accords_donnes,
        faits.accords_dus,
        f"accord noté pour {faits.accords_donnes} sur {parties} à un échange",
        qui=Qui.EQUIPE,
        lien=Lien("dossiers", "dossiers", (("vue", "point"),)),
    )
