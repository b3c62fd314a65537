"""The registers' rule as the dated parameters say it, for the pages of the apps below."""

from datetime import date

from accueil.regle_registres import Regle
from qualite.parametres import valeurs_datees

CODES = ("registres_repere", "registres_periode", "registres_seuil", "registres_seuil_point")


def lire(jour: date) -> Regle:
    """The rule in force on a day; one statement."""
    lues = valeurs_datees(jour)
    repere, mois, seuil, seuil_point = (lues[code][0] for code in CODES)
    decidees = [debut for code in CODES if (debut := lues[code][1])]
    return Regle(repere, mois, seuil, seuil_point, max(decidees, default=None))
