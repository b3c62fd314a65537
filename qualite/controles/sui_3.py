"""SUI-3: the yearly account of activity is produced and shared. Source: norm, to be checked.

The bilan d’activité of the last year that ended, signed here; that of the year before until the delay for the
new one has run out. Else a dated document stands for one made elsewhere (`qualite.controles.A_DEFAUT`).
"""

from datetime import date
from functools import partial

from pimms.socle.typographie import date_courte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, Verdict
from qualite.faits import FaitsAssociation
from qualite.validite import UN_JOUR, plus_mois

CODE = "SUI-3"


def controler(faits: FaitsAssociation, seuils: Seuils) -> Resultat:
    """The association’s own account of the year that is due on that day, or of the one after it."""
    annee = faits.jour.year - 1
    limite = plus_mois(date(annee + 1, 1, 1), seuils["bilan_delai"]) - UN_JOUR
    due = annee if faits.jour > limite else annee - 1
    dire = partial(Resultat, qui=Qui.DIRECTION, lien=_lien(faits))
    attente = f"celui de {annee} est attendu le {date_courte(limite)}"
    if faits.bilan_annee == annee:
        return dire(Verdict.ATTEINT, f"bilan d’activité {annee} signé")
    if not (faits.points_annee if due == annee else faits.points_avant):
        suite = f", {attente}" if faits.points_annee and due < annee else ""
        return dire(Verdict.SANS_OBJET, f"aucun point n’était en service en {due}{suite}")
    if faits.bilan_annee >= due:
        return dire(Verdict.ATTEINT, f"bilan d’activité {due} signé, {attente}")
    return dire(Verdict.PREUVE_MANQUANTE, f"aucun bilan d’activité {due} signé")


def _lien(faits: FaitsAssociation) -> Lien:
    """The way to the very account, to the list of reports while there is none."""
    if faits.bilan:
        return Lien("rapport", f"bilan {faits.bilan_annee}", sujet="bilan", cle=faits.bilan)
    return Lien("rapports", "rapports", sujet="")
