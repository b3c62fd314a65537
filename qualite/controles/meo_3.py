"""MEO-3: a case without a step for 60 days is reviewed; waiting for a third party suspends the delay."""

from pimms.socle.typographie import compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, sans_objet, tous
from qualite.faits import FaitsPoint

CODE = "MEO-3"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """No active case is left to itself on the day."""
    if not faits.dossiers:
        return sans_objet("Aucun dossier de médiation en cours.")
    dossiers = compte(faits.dossiers, "dossier")
    phrase = f"{dossiers} en cours, tous suivis"
    if faits.dossiers_a_revoir:
        revoir = compte(faits.dossiers_a_revoir, "dossier")
        phrase = f"{revoir} à revoir sur {faits.dossiers}"
    return tous(
        faits.dossiers - faits.dossiers_a_revoir,
        faits.dossiers,
        phrase,
        qui=Qui.EQUIPE,
        lien=Lien("dossiers", compte(faits.dossiers_a_revoir, "dossier"), (("vue", "a_revoir"),))
        if faits.dossiers_a_revoir
        else Lien("dossiers", dossiers, (("vue", "point"),)),
    )
