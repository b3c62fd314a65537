"""SUI-7: internal audits are carried out. Source: norm, to be checked.

An audit blanc that was closed here in the period; else a dated document stands for one made elsewhere
(`qualite.controles.A_DEFAUT`).
"""

from pimms.socle.typographie import compte
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, Verdict
from qualite.faits import FaitsReseau

CODE = "SUI-7"


def controler(faits: FaitsReseau, seuils: Seuils) -> Resultat:
    """At least one campaign of that kind closed, by its two signatures, in the period."""
    clos = faits.audits_internes
    lien = Lien("campagnes", "campagnes", sujet="")
    if not clos:
        return Resultat(Verdict.PREUVE_MANQUANTE, "aucun audit blanc clos", qui=Qui.UNION, lien=lien)
    phrase = f"{compte(clos, 'audit blanc,audits blancs')} clos sur la période"
    return Resultat(Verdict.ATTEINT, phrase, qui=Qui.UNION, lien=lien)
