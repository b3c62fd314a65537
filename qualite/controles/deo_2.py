"""DEO-2: no funder instructs a mediation nor reads a case; conflicts of interest are declared and treated.

Source: press release (indépendance). That no funder reads a case needs no count: no role opens one to them.
The document says how independence is held; here, what was declared is looked at.
"""

from pimms.socle.typographie import accorder, compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, sans_objet, tous
from qualite.faits import FaitsAssociation

CODE = "DEO-2"


def controler(faits: FaitsAssociation, seuils: Seuils) -> Resultat:
    """Each conflict declared over the period, or before and still open, was handed over or justified."""
    lien = Lien("dossiers", "dossiers", sujet="")
    if not faits.conflits:
        return sans_objet("Aucun conflit d’intérêts déclaré sur la période.", qui=Qui.DIRECTION)
    traites = faits.conflits_traites
    return tous(
        traites,
        faits.conflits,
        f"{traites} sur {compte(faits.conflits, 'conflit')} d’intérêts déclaré{accorder(faits.conflits)}"
        f" traité{accorder(traites)}",
        qui=Qui.DIRECTION,
        lien=lien,
    )
