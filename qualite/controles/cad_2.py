"""CAD-2: at least 5 of the 8 registers are deployed. Source: press release.

Which body is meant, what « déployer » means and over which period is not public: we count the points,
the associations and the network, over the period and from the landmark that the parameters say.
"""

from pimms.socle.typographie import compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, selon
from qualite.faits import FaitsSujet
from qualite.models import Niveau

CODE = "CAD-2"
REGISTRES = 8


def controler(faits: FaitsSujet, seuils: Seuils) -> Resultat:
    """Count the registers that reach the landmark; nothing at all is zero, not « unknown »."""
    seuil = seuils["registres_seuil_point" if faits.niveau == Niveau.POINT else "registres_seuil"]
    deployes = sum(n >= seuils["registres_repere"] for n in faits.registres)
    return Resultat(
        selon(deployes >= seuil),
        f"{compte(deployes, 'registre')}, seuil {seuil}",
        valeur=deployes,
        seuil=seuil,
        sur=REGISTRES,
        qui=Qui.EQUIPE if faits.niveau == Niveau.POINT else Qui.UNION,
        lien=Lien("registres", compte(sum(faits.registres), "entrée"), sur_periode=True),
        detail=faits.registres,
    )
