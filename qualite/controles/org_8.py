"""ORG-8: the safety of médiateurs is organised (the document), and incidents are seen to.

Source: Code du travail, art. L. 4121-1. Each has a follow-up within a delay (parameter).
"""

from pimms.socle.typographie import compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, sans_objet, tous
from qualite.faits import FaitsAssociation

CODE = "ORG-8"


def controler(faits: FaitsAssociation, seuils: Seuils) -> Resultat:
    """No incident is left without a follow-up past the delay."""
    if not faits.incidents:
        lien = Lien("incidents", "incidents", (("vue", "tous"),), sujet="")
        return sans_objet("Aucun incident signalé sur la période.", qui=Qui.DIRECTION, lien=lien)
    incidents, restes = compte(faits.incidents, "incident"), faits.incidents_sans_suite
    vue = "a_suivre" if restes else "tous"
    phrase = f"{restes} sur {incidents} sans suite" if restes else f"{incidents}, aucun laissé sans suite"
    return tous(
        faits.incidents - restes,
        faits.incidents,
        phrase,
        qui=Qui.DIRECTION,
        lien=Lien("incidents", incidents, (("vue", vue),), sujet=""),
    )
