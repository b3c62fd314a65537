"""MEO-6: complaints are answered within the delay, prolonged with its reason where needed."""

from pimms.socle.typographie import compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, sans_objet, tous
from qualite.faits import FaitsAssociation

CODE = "MEO-6"


def controler(faits: FaitsAssociation, seuils: Seuils) -> Resultat:
    """None was answered late, none waits past its day."""
    lien = Lien("reclamations", "réclamations", (("vue", "toutes"),), sujet="")
    if not faits.reclamations:
        return sans_objet("Aucune réclamation sur la période.", qui=Qui.DIRECTION, lien=lien)
    dans_le_delai = faits.reclamations - faits.reclamations_en_retard
    return tous(
        dans_le_delai,
        faits.reclamations,
        f"{dans_le_delai} sur {compte(faits.reclamations, 'réclamation')} dans le délai",
        qui=Qui.DIRECTION,
        lien=lien,
    )
