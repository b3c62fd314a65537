"""ORG-5: a manager can be reached; as many agents as the France services label demands (2019: two)."""

from pimms.socle.typographie import compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, selon
from qualite.faits import FaitsPoint

CODE = "ORG-5"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """A manager is in post, and enough agents under the label; long absences left out."""
    dus = seuils["france_services_agents"] if faits.france_services else 1
    encadre = compte(faits.encadrants, "responsable") if faits.encadrants else "aucun responsable"
    attendus = f", {dus} attendus (France services)" if faits.france_services else ""
    return Resultat(
        selon(faits.encadrants > 0 and faits.agents >= dus),
        f"{encadre}, {compte(faits.agents, 'agent')} en poste{attendus}",
        valeur=faits.agents,
        seuil=dus,
        sur=max(faits.agents, dus),
        qui=Qui.DIRECTION,
        lien=Lien("point", "équipe", sujet="code"),
    )
