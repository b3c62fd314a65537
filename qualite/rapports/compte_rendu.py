"""A partner's report: what was done for its public over a period. Numbers alone, small ones masked."""

from collections.abc import Mapping
from typing import Any

from accueil.filtres import Filtre
from accueil.masquage import masquer
from accueil.models.visites import Issue
from pimms.socle.periodes import Periode
from qualite.models import Rapport
from qualite.rapports.activite import activite
from qualite.rapports.bilan import cles_du_sujet
from qualite.rapports.bilan_public import Unite, annee_civile, lire_tables, unite_de

SEUIL = 10  # of what leaves for a partner
# Tables that add up to the visits, or to the requests.
DES_VISITES, DES_DEMANDES = ("mois_visites", "canaux"), ("mois_demandes", "themes", "issues")
TITRES = {
    "themes": ("Thème", "Demandes"),
    "issues": ("Issue", "Demandes"),
    "canaux": ("Canal", "Visites"),
}
RESOLU = str(Issue.RESOLU.label)


def lire(rapport: Rapport, periode: Periode) -> dict[str, Any]:
    """The partner's part of the snapshot."""
    cles = cles_du_sujet(rapport)
    portee = None if cles is None else frozenset(cles)
    unite = None if rapport.choisis else unite_de(rapport)
    return compter(Filtre(periode, portee, partenaire=rapport.partenaire), unite)


def compter(filtre: Filtre, unite: Unite | None) -> dict[str, Any]:
    """What was done for a partner at the filter's points over its period, nothing small; six statements at
    most, whatever the number of points.

    Ages are told over a calendar year alone, masked with those of every other subject: none for points that
    are no `unite`. Themes, outcomes, channels and months are masked within themselves.
    """
    lu, total, avant = activite(filtre)
    annuel = Filtre(filtre.periode, None, partenaire=filtre.partenaire)
    tables = {nom: [(p["nom"], p["nombre"]) for p in lu[nom]] for nom in ("themes", "issues", "canaux")}
    for nom in ("visites", "demandes"):
        tables[f"mois_{nom}"] = [(m["mois"], m[nom]) for m in lu["mois"]]
    montrees = _masquer(tables)
    resolues = dict(montrees["issues"])[RESOLU]
    return {
        "partenaire": str(filtre.partenaire),
        "seuil": SEUIL,
        "chiffres": [
            _chiffre("visites", "Visites", montrer(total.visites), montrer(avant.visites)),
            _chiffre("demandes", "Demandes", montrer(total.demandes), montrer(avant.demandes)),
            _chiffre("resolues", "Demandes résolues sur place", resolues, None),
        ],
        "mois": [
            {"mois": mois, "visites": visites, "demandes": demandes}
            for (mois, visites), (_, demandes) in zip(
                montrees["mois_visites"], montrees["mois_demandes"], strict=True
            )
        ],
        "tables": [
            {
                "code": code,
                "titre": titre,
                "unite": unite,
                "lignes": [{"nom": nom, "nombre": n} for nom, n in montrees[code]],
            }
            for code, (titre, unite) in TITRES.items()
        ]
        + (_ages(annuel, unite) if unite and annee_civile(filtre.periode) else []),
    }


def _chiffre(code: str, nom: str, valeur: int | None, avant: int | None) -> dict[str, Any]:
    return {"code": code, "nom": nom, "valeur": valeur, "avant": avant}


def montrer(nombre: int) -> int | None:
    """A total; None where it is itself small."""
    return None if 0 < nombre < SEUIL else nombre


def _ages(filtre: Filtre, unite: Unite) -> list[dict[str, Any]]:
    return [table | {"unite": "Visites"} for table in lire_tables(filtre, unite, ("ages",), SEUIL)]


def _masquer(tables: Mapping[str, list[tuple[str, int]]]) -> dict[str, list[tuple[str, int | None]]]:
    """Each table under its total, None where masked."""
    valeurs = {(nom, quoi): n for nom, lignes in tables.items() for quoi, n in lignes}
    rangees = [{(nom, quoi): 1 for quoi, _ in tables[nom]} for nom in (*DES_VISITES, *DES_DEMANDES)]
    masquees = masquer(valeurs, [r for r in rangees if r], SEUIL)
    return {
        nom: [(quoi, None if (nom, quoi) in masquees else n) for quoi, n in lignes]
        for nom, lignes in tables.items()
    }
