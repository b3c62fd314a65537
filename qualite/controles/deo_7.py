"""DEO-7: what is done in a person's place is done under a mandate: written, limited, revocable."""

from pimms.socle.typographie import compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, sans_objet, tous
from qualite.faits import FaitsPoint

CODE = "DEO-7"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """Each step done under a mandate fell on a day when that mandate was signed, running, not revoked."""
    if not faits.gestes_sous_mandat:
        return sans_objet("Rien n’a été fait à la place d’une personne dans un dossier.")
    gestes = compte(faits.gestes_sous_mandat, "démarche")
    return tous(
        faits.gestes_mandat_valable,
        faits.gestes_sous_mandat,
        f"{faits.gestes_mandat_valable} sur {gestes} sous un mandat signé et en cours",
        qui=Qui.EQUIPE,
        lien=Lien("dossiers", "dossiers", (("vue", "point"),)),
    )
