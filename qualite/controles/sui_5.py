"""SUI-5: what the veille sees is passed on to partners, who are reminded. Source: press release."""

from pimms.socle.typographie import accorder, compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, sans_objet, tous
from qualite.faits import FaitsPoint

CODE = "SUI-5"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """Past the delay, no alert was kept to oneself, no partner left without a reminder."""
    if not faits.alertes:
        return sans_objet("Aucune alerte notée sur la période.")
    total = faits.alertes + faits.transmissions
    restes = []
    if faits.alertes_gardees:
        restes.append(f"{compte(faits.alertes_gardees, 'alerte')} à transmettre")
    if faits.transmissions_muettes:
        n = faits.transmissions_muettes
        restes.append(f"{compte(n, 'envoi')} sans réponse à relancer")
    fait = f"{compte(faits.alertes, 'alerte')}, suivie{accorder(faits.alertes)}"
    return tous(
        total - faits.alertes_gardees - faits.transmissions_muettes,
        total,
        ", ".join(restes) or fait,
        qui=Qui.EQUIPE,
        lien=Lien("alertes", compte(faits.alertes, "alerte")),
    )
