"""Change what a case says of itself; two people at once lose nothing."""

from typing import Any

from accueil.models import Utilisateur
from mediation.cycle_de_vie import exiger_actif, raconter, verrou
from mediation.envois import utiles
from mediation.models import Dossier, Evenement
from pimms.socle.journal import differences

COLONNES = ("theme", "partenaire", "urgence", "origine")
TEXTES = ("objet", "institution")


def valeurs(dossier: Dossier) -> dict[str, Any]:
    """What may be changed, as the form knows it; for someone who reads the case."""
    lus = dossier.valeurs()
    return {c: getattr(dossier, c) for c in COLONNES} | {t: lus.get(t, "") for t in TEXTES}


def modifier(acteur: Utilisateur, dossier: Dossier, saisie: dict[str, Any], *, version: int) -> Dossier:
    """Write the new values of a case (`COLONNES` and `TEXTES`); nothing changed, nothing is told.

    ModifieEntretemps when someone else changed the case since `version`.
    """
    with verrou(acteur, dossier, version) as tenu:
        exiger_actif(tenu)
        avant = valeurs(tenu)
        apres = {c: saisie[c] for c in (*COLONNES, *TEXTES)}
        changes = differences(avant, apres, frozenset(TEXTES))
        if not changes[1]:
            return tenu
        for colonne in COLONNES:
            setattr(tenu, colonne, saisie[colonne])
        tenu.sceller(utiles({t: saisie[t] for t in TEXTES}))
        tenu.version += 1
        tenu.save(update_fields=[*COLONNES, "scelle", "version"])
        raconter(acteur, tenu, Evenement.Nature.MODIFICATION, changes=changes)
    return tenu
