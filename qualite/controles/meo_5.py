"""MEO-5: conventions with partners are in force, tacit renewal included, for the network and each
association."""

from pimms.socle.typographie import accorder, compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, Verdict, sans_objet, tous
from qualite.faits import FaitsAssociation, FaitsReseau
from qualite.models import Niveau

CODE = "MEO-5"


def controler(faits: FaitsAssociation | FaitsReseau, seuils: Seuils) -> Resultat:
    """None has lapsed without being renewed or denounced."""
    lien = Lien("partenaires", "partenaires", sujet="")
    reseau = faits.niveau == Niveau.RESEAU
    qui = Qui.UNION if reseau else Qui.DIRECTION
    total = faits.conventions + faits.conventions_echues
    if not total and reseau:
        return Resultat(Verdict.PREUVE_MANQUANTE, "Aucune convention n’est enregistrée.", qui=qui, lien=lien)
    if not total:
        return sans_objet(
            "Aucune convention propre\u202f: celles du réseau sont suivies par l’union.", qui=qui
        )
    phrase = f"{compte(faits.conventions, 'convention')} en vigueur"
    if faits.conventions_echues:
        n = faits.conventions_echues
        phrase += f", {n} échue{accorder(n)}"
    return tous(faits.conventions, total, phrase, qui=qui, lien=lien)
