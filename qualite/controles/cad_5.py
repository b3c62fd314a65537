"""CAD-5: each médiateur in post has attested the charter in force. Source: press release (déontologie).

Who is in post, what is valid and the days of grace are said by `qualite.validite`.
"""

from pimms.socle.typographie import accorder, compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, Verdict, sans_objet, selon
from qualite.faits import FaitsPoint

CODE = "CAD-5"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """Nobody is late; those still within their days of grace are told, and don't count against the point."""
    lien = Lien("attestations", "attestations", sujet="")
    if not faits.charte_en_vigueur:
        return Resultat(Verdict.NON_EVALUE, "Aucune charte n’est publiée.", qui=Qui.UNION, lien=lien)
    if not faits.mediateurs:
        return sans_objet("Aucun médiateur en poste.", lien=lien)
    mediateurs = compte(faits.mediateurs, "médiateur")
    phrase = f"{faits.mediateurs_attestes} sur {mediateurs}"
    if faits.mediateurs_en_retard:
        n = faits.mediateurs_en_retard
        lien = Lien("attestations", f"{n} à signer", sujet="")
        phrase += f", {n} en retard"
    if dans_le_delai := faits.mediateurs - faits.mediateurs_attestes - faits.mediateurs_en_retard:
        phrase += f", {dans_le_delai} encore dans {accorder(dans_le_delai, 'son délai,leur délai')}"
    return Resultat(
        selon(not faits.mediateurs_en_retard),
        phrase,
        valeur=faits.mediateurs_attestes,
        seuil=faits.mediateurs,
        sur=faits.mediateurs,
        qui=Qui.EQUIPE,
        lien=lien,
    )
