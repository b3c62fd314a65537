"""A yearly account, or a partner's report, made ready for its pages from the snapshot alone."""

from typing import Any

from pimms.socle.typographie import accorder, duree, nombre, pourcentage
from qualite.rapports.dessins import chaleur_de_semaine, courbe_des_mois, courbe_du_partenaire, partager
from qualite.verdicts import Verdict

LIGNES_MAX = 20  # themes and partners named in the page; the attached file holds all of them
POUR_CENT = 30  # under that many, a move is told in units: three cases more are not « + 150 % »
# What a yearly account shares out: its title, what is counted.
PARTS = {
    "themes": ("Thèmes des demandes", "demandes"),
    "issues": ("Résultats", "demandes"),
    "canaux": ("Canaux", "visites"),
    "partenaires": ("Partenaires concernés", "demandes"),
}
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
        "courbe": courbe_des_mois(
            "visites",
            [(m["mois"], m["visites"]) for m in b["mois"]],
            [m["visites_avant"] for m in b["mois"]],
            str(b["annee"] - 1),
        ),
        "chaleur": chaleur_de_semaine(b.get("semaine", ())),
        "parts": {code: _abreger(partager(*titres, b[code])) for code, titres in PARTS.items()},
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


def _abreger(parts: dict[str, Any]) -> dict[str, Any]:
    """The first lines, and how many are left to the attached file."""
    lignes = parts["lignes"]
    return parts | {"lignes": lignes[:LIGNES_MAX], "de_trop": max(0, len(lignes) - LIGNES_MAX)}


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
        montres = any(ligne["nombre"] is not None for ligne in table["lignes"])
        parts = partager(f"Par {table['titre'].lower()}", table["unite"].lower(), table["lignes"])
        tables.append(table | {"parts": parts, "montres": montres})
    sous = [f"Par {table['titre'].lower()}" for table in tables]
    parties = [
        {"ancre": "essentiel", "titre": f"Ce qui a été fait avec {c['partenaire']}"},
        {"ancre": "demandes", "titre": "Ce qui a été demandé, et par qui", "sous": sous},
    ]
    return {"c": c, "courbe": courbe_du_partenaire(c), "tables": tables, "parties": parties}
