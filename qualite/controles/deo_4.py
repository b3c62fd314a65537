"""DEO-4: persons are informed (the document), and answered within the month, or two more if told so.

Source: RGPD, art. 12.3 and 13.
"""

from pimms.socle.typographie import compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, sans_objet, tous
from qualite.faits import FaitsAssociation

CODE = "DEO-4"


def controler(faits: FaitsAssociation, seuils: Seuils) -> Resultat:
    """No request was answered late, none waits past its day."""
    lien = Lien("demandes_droits", "demandes", (("vue", "toutes"),), sujet="")
    if not faits.demandes_droits:
        return sans_objet("Aucune demande de personne sur la période.", qui=Qui.DIRECTION, lien=lien)
    a_temps = faits.demandes_droits - faits.demandes_droits_en_retard
    return tous(
        a_temps,
        faits.demandes_droits,
        f"{a_temps} sur {compte(faits.demandes_droits, 'demande')} dans le délai",
        qui=Qui.DIRECTION,
        lien=lien,
    )
