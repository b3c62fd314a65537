"""DEO-5: any party may leave without a reason; a médiateur who leaves says why and proposes a relay.

Source: press release (possibilité de refuser ou de se retirer).
"""

from pimms.socle.typographie import accorder, compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, Verdict, sans_objet, tous
from qualite.faits import FaitsPoint

CODE = "DEO-5"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """Withdrawals of médiateurs have a reason and a relay; those of parties ask for nothing."""
    lien = Lien("dossiers", "dossiers clos", (("vue", "clos"),))
    parties = f"{compte(faits.retraits_parties, 'retrait')} d’une partie"
    if not faits.retraits_mediateur:
        if not faits.retraits_parties:
            return sans_objet("Aucun retrait sur la période.")
        return Resultat(Verdict.ATTEINT, f"{parties}, sans justification demandée", lien=lien)
    return tous(
        faits.retraits_motives,
        faits.retraits_mediateur,
        f"{faits.retraits_motives} sur {compte(faits.retraits_mediateur, 'retrait')} du médiateur"
        f" motivé{accorder(faits.retraits_motives)}, avec un relais",
        qui=Qui.EQUIPE,
        lien=lien,
    )
