"""MEO-4: accompanied orientations have a known follow-up, or a reminder that left a trace."""

from pimms.socle.typographie import compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, sans_objet, tous
from qualite.faits import FaitsPoint

CODE = "MEO-4"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """Past the delay, each one has an outcome, « inconnue après relance » included."""
    if not faits.relations:
        return sans_objet("Aucune mise en relation accompagnée dont le délai soit passé.")
    relations = compte(faits.relations, "mise en relation,mises en relation")
    return tous(
        faits.relations_suivies,
        faits.relations,
        f"suite connue pour {faits.relations_suivies} sur {relations} de plus de"
        f" {compte(seuils['suite_delai'], 'jour')}",
        qui=Qui.EQUIPE,
        lien=Lien("journal", compte(faits.relations, "demande"), (("issue", "oriente"),), sur_periode=True),
    )
