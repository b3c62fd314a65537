"""DEO-9: doing with someone before doing in their place: shares, shown, no verdict. Network's rule."""

from pimms.socle.typographie import compte, pourcentage
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, Verdict, sans_objet
from qualite.faits import FaitsPoint

CODE = "DEO-9"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """Shares of the requests whose kind of help was noted."""
    total = faits.informer + faits.faire_avec + faits.faire_a_la_place
    if not total:
        return sans_objet("Le type d’aide n’a été noté pour aucune demande.")
    avec, place = pourcentage(faits.faire_avec / total), pourcentage(faits.faire_a_la_place / total)
    return Resultat(
        Verdict.MONTRE,
        f"faire avec {avec}, faire à la place {place}, sur {compte(total, 'demande')}",
        valeur=faits.faire_avec,
        sur=total,
        qui=Qui.EQUIPE,
        lien=Lien("journal", compte(total, "demande"), sur_periode=True),
    )
