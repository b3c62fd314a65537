"""A yearly account, or a partner's report, made ready for its pages from the snapshot alone."""

from collections.abc import Sequence
from typing import Any

from pimms.socle.parts import parts_entieres
from pimms.socle.typographie import MOIS_COURTS, accorder, duree, nombre, pourcentage
from qualite.verdicts import Verdict

LIGNES_MAX = 20  # themes and partners named in the page; the attached file holds all of them
POUR_CENT = 30  # under that many, a move is told in units: three cases more are not « + 150 % »
SANS_VERDICT = {v.value for v in (Verdict.SANS_OBJET, Verdict.NON_EVALUE, Verdict.MONTRE)}


def du_bilan(i: dict[str, Any]) -> dict[str, Any]:
    """What the pages of a yearly account show."""
    b = i["bilan"]
    par_code = {c["code"]: c for c in b["chiffres"]}
    demandes, resolues = par_code["demandes"]["valeur"], par_code["resolues"]["valeur"]
    return {
        "b": b,
        "un_coup_d_oeil": {
            "visites": par_code["visites"]["valeur"],
            "demandes": demandes,
            "resolues": pourcentage(resolues / demandes) if demandes else "–",
            "terrain": par_code["terrain"]["valeur"],
        },
        "evolution": [evoluer(c) for c in b["chiffres"]],
        "colonnes": colonnes(b["mois"]),
        "themes": partager(b["themes"]),
        "partenaires": partager(b["partenaires"]),
        "issues": partager(b["issues"]),
        "canaux": partager(b["canaux"]),
        "registres_tenus": sum(bool(r["mois"]) for r in b["registres"]),
        "masques": any(ligne["nombre"] is None for t in b["public"]["tables"] for ligne in t["lignes"]),
        "taux": _taux(b["satisfaction"]),
        "conformite": _conformite(b["conformite"]),
    }


def evoluer(chiffre: dict[str, Any]) -> dict[str, str | bool]:
    """A figure, that of the year before, and how far it moved; more is not better by itself: no colour."""
    ecrire = duree if chiffre["forme"] == "duree" else nombre
    valeur, avant = chiffre["valeur"], chiffre["avant"]
    ecart = "–"
    if avant:
        mouvement = abs(valeur - avant)
        signe = "+" if valeur > avant else "−" if valeur < avant else ""
        ecart = signe + (pourcentage(mouvement / avant) if avant >= POUR_CENT else ecrire(mouvement))
    return {
        "nom": chiffre["nom"],
        "dont": chiffre["nom"].startswith("dont "),
        "valeur": ecrire(valeur),
        "avant": ecrire(avant),
        "ecart": ecart,
    }


def colonnes(mois: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The visits of each month beside those of the same month of the year before, as places in percent."""
    haut = max((n for m in mois for n in (m["visites"], m["visites_avant"])), default=0) or 1
    lignes = []
    for m in mois:
        places = {}
        for nom in ("visites", "visites_avant"):
            hauteur = 100 * m[nom] / haut
            places[nom] = {"y": f"{100 - hauteur:.4g}", "hauteur": f"{hauteur:.4g}"}
        lignes.append(m | {"court": MOIS_COURTS[m["mois"].month - 1], "places": places})
    return lignes


def partager(lignes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Numbers of a whole with their percentages, which add up to 100; how many are left to the file."""
    parts = parts_entieres([ligne["nombre"] for ligne in lignes])
    avec = [ligne | {"part": part} for ligne, part in zip(lignes, parts, strict=True)]
    return {
        "lignes": avec[:LIGNES_MAX],
        "de_trop": max(0, len(avec) - LIGNES_MAX),
        "total": sum(ligne["nombre"] for ligne in lignes),
        "maximum": max((ligne["nombre"] for ligne in lignes), default=0),
    }


def _taux(satisfaction: dict[str, Any]) -> str:
    """The share of those who were satisfied; « » where too few answered for a rate."""
    if satisfaction["satisfaits"] is None:
        return ""
    return pourcentage(satisfaction["satisfaits"] / satisfaction["reponses"])


def _conformite(conformite: dict[str, Any] | None) -> dict[str, Any] | None:
    if conformite is None:
        return None
    return conformite | {
        "lignes": _mots(conformite["comptes"]),
        "jugees": sum(n for v, n in conformite["comptes"].items() if v not in SANS_VERDICT),
        "appellent": [c | {"mot": Verdict(c["verdict"]).label} for c in conformite["appellent"]],
        "des_points": _mots(conformite["points"] or {}),
    }


def _mots(comptes: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"mot": v.label, "nombre": n, "mots": accorder(n, "exigence,exigences")}
        for v in Verdict
        if (n := comptes.get(v.value))
    ]


def du_compte_rendu(i: dict[str, Any]) -> dict[str, Any]:
    """What the pages of a partner's report show; a masked number has neither bar nor share."""
    c = i["compte_rendu"]
    tables = []
    for table in c["tables"]:
        lignes = table["lignes"]
        maximum = max((ligne["nombre"] or 0 for ligne in lignes), default=0)
        montres = any(ligne["nombre"] is not None for ligne in lignes)
        tables.append(table | {"maximum": maximum, "montres": montres})
    sous = [f"Par {table['titre'].lower()}" for table in tables]
    parties = [
        {"ancre": "essentiel", "titre": f"Ce qui a été fait avec {c['partenaire']}"},
        {"ancre": "demandes", "titre": "Ce qui a été demandé, et par qui", "sous": sous},
    ]
    return {"c": c, "tables": tables, "parties": parties}
