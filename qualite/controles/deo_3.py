"""DEO-3: one may talk aside; confidentiality is signed for; accesses to identities are justified.

Source: press release (discrétion et confidentialité). Talking aside and the commitment are what the
document proves; here, each access that left a trace is compared with who was in post at that very point.
"""

from pimms.socle.typographie import compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, sans_objet, tous
from qualite.faits import FaitsPoint

CODE = "DEO-3"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """Identities were read or printed by people in post at the point on that day."""
    if not faits.acces_identites:
        return sans_objet("Aucun accès à des identités n’a laissé de trace sur la période.")
    acces = compte(faits.acces_identites, "accès")
    return tous(
        faits.acces_en_poste,
        faits.acces_identites,
        f"{faits.acces_en_poste} sur {acces} à des identités par une personne en poste au point",
        qui=Qui.RESPONSABLE,
        lien=Lien("dossiers", "dossiers", (("vue", "point"),)),
    )
