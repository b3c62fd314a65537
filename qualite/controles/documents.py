"""« Doc » requirements: a document in force is the proof. What a level proves counts below, and says so."""

from pimms.socle.typographie import date_courte
from qualite.controles.resultat import Lien, Qui, Resultat, Verdict
from qualite.etat_preuve import EtatPreuve, Version, etat_de_la_preuve
from qualite.faits import FaitsSujet
from qualite.models import Exigence, Niveau

QUI = {Niveau.POINT: Qui.RESPONSABLE, Niveau.ASSOCIATION: Qui.DIRECTION, Niveau.RESEAU: Qui.UNION}
PAR = {Niveau.ASSOCIATION: ", prouvé par l’association", Niveau.RESEAU: ", prouvé par le réseau"}
POURQUOI = {
    EtatPreuve.A_VENIR: "le document ne vaut pas encore",
    EtatPreuve.ECHUE: "le document n’est plus en vigueur",
    EtatPreuve.REFUSEE: "le document a été refusé",
    EtatPreuve.ALTEREE: "le fichier du document est altéré",
    EtatPreuve.RETIREE: "le document a été retiré",
    EtatPreuve.EFFACEE: "le document a été effacé",
}


def controler(exigence: Exigence, faits: FaitsSujet) -> Resultat:
    """A document in force on the day, at this level or above; else why the last one is not.

    One given for an older code of the requirement counts as well.
    """
    qui = QUI[Niveau(faits.niveau)]
    filtre = (("exigence", exigence.code),)
    etats = [
        (p, *etat_de_la_preuve(p.versions, faits.jour, exigence.periodicite))
        for code in exigence.lignee
        for p in faits.preuves.get(code, ())
    ]
    for preuve, etat, version in etats:
        if etat.vaut:
            par = PAR.get(Niveau(preuve.niveau), "") if preuve.niveau != faits.niveau else ""
            phrase = f"document en vigueur{_jusque(version, exigence)}{par}"
            lien = Lien("preuves", "document", filtre, sujet="")
            return Resultat(Verdict.ATTEINT, phrase, qui=qui, lien=lien)
    phrase = POURQUOI[etats[0][1]] if etats else "aucun document en vigueur"
    lien = Lien("preuve_nouvelle", "ajouter", filtre, sujet="")
    return Resultat(Verdict.PREUVE_MANQUANTE, phrase, qui=qui, lien=lien)


def _jusque(version: Version, exigence: Exigence) -> str:
    fin = version.fin_effective(exigence.periodicite)
    return f" jusqu’au {date_courte(fin)}" if fin else ""
