"""SUI-4: actions are closed by their due date, their effect verified. Source: norm, to be checked."""

from pimms.socle.typographie import accorder, compte
from qualite.controles.resultat import Lien, Resultat, Seuils, sans_objet, tous
from qualite.faits import FaitsPoint

CODE = "SUI-4"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """None was closed after its due date, none is overdue, nor was cancelled once it was. Nothing is closed
    before it was verified."""
    annulees = faits.correctives_annulees_tard
    jugees = faits.correctives_closes + faits.correctives_en_retard + annulees
    en_cours = faits.correctives - faits.correctives_en_retard
    lien = Lien("correctives_liste", compte(jugees + en_cours, "action"))
    if not jugees:
        if not en_cours:
            return sans_objet("Aucune action ouverte ni close sur la période.")
        return sans_objet(f"{compte(en_cours, 'action')} en cours, aucune à échéance.", lien=lien)
    tardives = faits.correctives_closes - faits.correctives_a_temps
    restes = []
    if faits.correctives_en_retard:
        restes.append(f"{compte(faits.correctives_en_retard, 'action')} en retard")
        lien = Lien("correctives_liste", restes[0], (("rang", "en_retard"),))
    if tardives:
        restes.append(f"{compte(tardives, 'action')} close{accorder(tardives)} après l’échéance")
    if annulees:
        restes.append(f"{compte(annulees, 'action')} annulée{accorder(annulees)} après l’échéance")
    closes = faits.correctives_closes
    phrase = ", ".join(restes) or f"{compte(closes, 'action')} close{accorder(closes)} à temps, effet vérifié"
    if faits.correctives_reportees:
        reportees = faits.correctives_reportees
        phrase += f"\u202f; échéance déplacée pour {compte(reportees, 'action')}"
    return tous(faits.correctives_a_temps, jugees, phrase, lien=lien)
