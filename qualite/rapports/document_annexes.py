"""What stands around an audit file’s findings, made ready for its pages: who answers to whom, documents."""

from typing import Any

from accueil.models.personnes import Role
from pimms.socle.typographie import compte

# Lines of an annex shown in the PDF; the attached file holds all of them.
LIGNES_MAX = 60
# From the top; teams are plural where they are counted.
RANGS = (Role.UNION, Role.REFERENT_QUALITE, Role.DIRECTION, Role.RESPONSABLE)
EQUIPES = {Role.RESPONSABLE: "responsables de point", Role.MEDIATEUR: "médiateurs"}
ETATS_DE_PREUVE = {
    "en_vigueur": "en vigueur",
    "bientot_echue": "en vigueur, bientôt échue",
    "a_venir": "à venir",
    "echue": "échue",
    "refusee": "refusée",
    "alteree": "fichier altéré",
    "retiree": "retirée",
    "effacee": "effacée",
}


def organigramme(perimetre: dict[str, Any]) -> list[dict[str, str]]:
    """Who answers to whom, from the top: by name where the report names them, else how many they are."""
    nommes: dict[str, list[str]] = {}
    for ligne in perimetre["organisation"]:
        nommes.setdefault(ligne["fonction"], []).append(ligne["nom"])
    associations = {s["association"] for s in perimetre["sites"]} if not perimetre["association"] else ()
    nombres = {"directions d’association": compte(len(associations), "association")} if associations else {}
    for role, fonction in EQUIPES.items():
        if role.label not in nommes:
            nombres[fonction] = compte(perimetre["effectif"][role.value], "personne")
    rangs = {role.label: n for n, role in enumerate(RANGS)}
    tenues = sorted(nommes, key=lambda fonction: rangs.get(fonction, 0))
    lignes = {fonction: ", ".join(nommes[fonction]) for fonction in tenues} | nombres
    return [{"fonction": fonction, "qui": qui} for fonction, qui in lignes.items()]


def temps(postes: dict[str, dict[str, int]]) -> dict[str, Any]:
    """Full-time posts as they are read: « 3,5 »; nothing where none is noted."""
    centiemes = sum(t["centiemes"] for t in postes.values())
    if not centiemes:
        return {}
    return {
        "etp": _en_etp(centiemes),
        "mediateurs": _en_etp(postes["mediateur"]["centiemes"]),
        "non_dits": sum(t["non_dits"] for t in postes.values()),
    }


def _en_etp(centiemes: int) -> str:
    return f"{centiemes / 100:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def documents(preuves: list[dict[str, Any]]) -> dict[str, Any]:
    """Documents by what became of them, and how many are in the attached file alone."""
    lues = [p | {"mot": ETATS_DE_PREUVE[p["etat"]], "depuis": _depuis(p)} for p in preuves]
    groupes = {
        "en_vigueur": [p for p in lues if p["vaut"]],
        "refusees": [p for p in lues if "refusee" in _etats(p)],
        "effacees": [p for p in lues if "effacee" in _etats(p)],
        "autres": [p for p in lues if not p["vaut"] and not {"refusee", "effacee"} & _etats(p)],
    }
    montrees = {nom: groupe[:LIGNES_MAX] for nom, groupe in groupes.items()}
    de_trop = {nom: max(0, len(groupe) - LIGNES_MAX) for nom, groupe in groupes.items()}
    return montrees | {"nombre": len(lues), "de_trop": de_trop}


def _depuis(preuve: dict[str, Any]) -> dict[str, Any] | None:
    """What became of it once its evaluation was closed, with its word."""
    suite = preuve.get("depuis")
    return suite and suite | {"mot": ETATS_DE_PREUVE[suite["etat"]]}


def _etats(preuve: dict[str, Any]) -> set[str]:
    """Its state, and the one that it took since."""
    return {preuve["etat"], *([preuve["depuis"]["etat"]] if preuve["depuis"] else [])}
