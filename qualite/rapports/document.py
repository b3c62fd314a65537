"""From the snapshot alone to the page and its PDF: nothing here reads a table."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import segno
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from accueil.models.personnes import Role
from pimms.socle.periodes import Periode
from pimms.socle.typographie import compte
from qualite.models.rapports import EMPREINTE_COURTE
from qualite.pages_constats import repartition
from qualite.rapports.document_bilan import du_bilan, du_compte_rendu
from qualite.rapports.glyphes import lisibles
from qualite.rapports.pieces import joindre
from qualite.verdicts import Verdict

ECRITS = frozenset({"titre", "texte", "motif", "suite", "campagne"})  # keys of what people wrote
JOUR = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
FEUILLE = "dossier.css"
# Lines of an annex shown in the PDF; the attached file holds all of them.
LIGNES_MAX = 60
LISTE_MAX = 600  # lines of a report that is a list
GABARITS = {
    "dossier": "rapports/dossier.html",
    "plan": "rapports/plan.html",
    "attestations": "rapports/liste_attestations.html",
    "bilan": "rapports/bilan.html",
    "partenaire": "rapports/compte_rendu.html",
}
ETATS_D_ATTESTATION = {
    "a_jour": "à jour",
    "dans_le_delai": "dans le délai",
    "en_retard": "en retard",
    "hors_poste": "hors poste",
    "sans_charte": "aucune charte",
}
# From the top; teams are plural where they are counted.
RANGS = (Role.UNION, Role.REFERENT_QUALITE, Role.DIRECTION, Role.RESPONSABLE)
EQUIPES = {Role.RESPONSABLE: "responsables de point", Role.MEDIATEUR: "médiateurs"}
A_FAIRE = (Verdict.A_TRAITER, Verdict.PREUVE_MANQUANTE)
TONS = {
    Verdict.ATTEINT: "vert",
    Verdict.A_TRAITER: "rouge",
    Verdict.PREUVE_MANQUANTE: "ocre",
    Verdict.MONTRE: "bleu",
}
# The print palette, passed to charts whose geometry is that of the screen.
FOND, ENCRE, PIN = "#ece7de", "#1d2530", "#0b5a5e"
COULEURS = {"vert": "#2c6e3f", "rouge": "#a32a2a", "ocre": "#b4560f", "bleu": "#2b4c86", "": "#8a8f98"}
PARTS = {
    Verdict.ATTEINT: "#2c6e3f",
    Verdict.A_TRAITER: "#a32a2a",
    Verdict.PREUVE_MANQUANTE: "#d08a4a",
    Verdict.SANS_OBJET: "#c9bfae",
    Verdict.NON_EVALUE: "#e5e0d8",
    Verdict.MONTRE: "#2b4c86",
}
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


@dataclass(frozen=True)
class Document:
    """What a PDF is made from: the snapshot's bytes, and what they hold."""

    octets: bytes
    empreinte: str

    @cached_property
    def instantane(self) -> dict[str, Any]:
        return json.loads(self.octets)

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.instantane["fait_le"])

    @property
    def identifiant(self) -> bytes:
        """The file's own name inside the PDF: the first 128 bits of the snapshot's hash."""
        return self.empreinte[:EMPREINTE_COURTE].encode()

    def html(self) -> str:
        return render_to_string(GABARITS[self.instantane["genre"]], contexte(self.instantane, self.empreinte))


def adresse(instantane: Mapping[str, Any], empreinte: str) -> str:
    """Where the code leads: the public page that knows this report."""
    return f"{instantane['verifier']}{empreinte[:EMPREINTE_COURTE]}/"


def contexte(instantane: dict[str, Any], empreinte: str) -> dict[str, Any]:
    """The snapshot made ready for the page: days as days, rows by group, nothing added."""
    ecrit, remplaces = lisibles(instantane)
    i = _en_jours(ecrit)
    dossier = i["genre"] == "dossier"
    commun = {
        "i": i,
        "empreinte": empreinte,
        "empreinte_lisible": " ".join(empreinte[n : n + 4] for n in range(0, 64, 4)),
        "adresse": adresse(i, empreinte),
        "qr": code_qr(adresse(i, empreinte)),
        "fait_le": instantane["fait_le"],
        "moment_local": i["fait_le"].astimezone(ZoneInfo(i["fuseau"])).replace(tzinfo=None),
        "periode": Periode(i["periode"]["du"], i["periode"]["au"]),
        "norme": re.split(r"[(,]", i["referentiel"]["titre"])[0].strip(),
        "pieces": [(p.nom, p.description[:1].lower() + p.description[1:]) for p in joindre(instantane, b"")],
        "dossier": dossier,
        "palette": _palette(PIN),
        # What was read before campaigns were known stood on an evaluation closed for good.
        "projet": dossier and not (i["evaluation"] and i["evaluation"].get("definitive", True)),
        "remplaces": remplaces,
    }
    return commun | CONTENUS.get(i["genre"], _de_la_liste)(i)


def _du_dossier(i: dict[str, Any]) -> dict[str, Any]:
    """What the audit file's pages show."""
    constats = [_constat(c, i) for c in i["constats"]]
    return {
        "blocs": _blocs(constats, i),
        "appellent": [c for v in A_FAIRE for c in constats if c["verdict"] == v],
        "chiffres": _chiffres(constats, i),
        "sans_objet": [c for c in constats if c["verdict"] == Verdict.SANS_OBJET],
        "preuves": _preuves(i["preuves"]),
        "audits": i.get("constats_d_audits", [])[:LIGNES_MAX],
        "audits_de_trop": max(0, len(i.get("constats_d_audits", [])) - LIGNES_MAX),
        "actions": i["actions"][:LIGNES_MAX],
        "actions_de_trop": max(0, len(i["actions"]) - LIGNES_MAX),
        "maximum": max((r["nombre"] for r in i["registres"]), default=0),
        "changes": [p for p in i["parametres"] if p["changements"]],
        "verdicts": [{"code": v.value, "mot": v.label} for v in Verdict],
        "points": [p | {"nombres": [p["comptes"][v.value] for v in Verdict]} for p in i["points"]],
        "organigramme": _organigramme(i["perimetre"]),
        "temps": _temps(i["perimetre"].get("temps", {})),
        "labellises": sum(s["france_services"] for s in i["perimetre"]["sites"]),
    }


def _organigramme(perimetre: dict[str, Any]) -> list[dict[str, str]]:
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


def _temps(temps: dict[str, dict[str, int]]) -> dict[str, Any]:
    """Full-time posts as they are read: « 3,5 »; nothing where none is noted."""
    centiemes = sum(t["centiemes"] for t in temps.values())
    if not centiemes:
        return {}
    return {
        "etp": _en_etp(centiemes),
        "mediateurs": _en_etp(temps["mediateur"]["centiemes"]),
        "non_dits": sum(t["non_dits"] for t in temps.values()),
    }


def _en_etp(centiemes: int) -> str:
    return f"{centiemes / 100:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def _de_la_liste(i: dict[str, Any]) -> dict[str, Any]:
    """What the pages of a list show: the action plan by state, or attestations by point."""
    if i["genre"] == "plan":
        actions = i["actions"][:LISTE_MAX]
        return {
            "groupes": [
                {"titre": "Ouvertes", "lignes": [a for a in actions if a["ouverte"]]},
                {
                    "titre": "Closes sur la période",
                    "lignes": [a for a in actions if not a["ouverte"]],
                },
            ],
            "en_retard": sum(a["en_retard"] for a in i["actions"]),
            "ouvertes": sum(a["ouverte"] for a in i["actions"]),
            "de_trop": max(0, len(i["actions"]) - LISTE_MAX),
        }
    lignes = [a | {"mot": ETATS_D_ATTESTATION[a["etat"]]} for a in i["attestations"]]
    groupes = groupby(lignes[:LISTE_MAX], lambda a: a["point"])
    return {
        "groupes": [{"titre": point, "lignes": list(groupe)} for point, groupe in groupes],
        "a_jour": sum(a["etat"] == "a_jour" for a in lignes),
        "en_retard": sum(a["etat"] == "en_retard" for a in lignes),
        "nombre": len(lignes),
        "de_trop": max(0, len(lignes) - LISTE_MAX),
    }


CONTENUS = {"dossier": _du_dossier, "bilan": du_bilan, "partenaire": du_compte_rendu}


def _palette(plein: str) -> dict[str, str]:
    return {"fond": FOND, "plein": plein, "seuil": ENCRE}


def _en_jours(valeur: Any) -> Any:
    """The same JSON value, its days and moments as such, for the page's filters; what people wrote stays as
    it is, were it written as a day."""
    if isinstance(valeur, dict):
        return {c: v if c in ECRITS else _en_jours(v) for c, v in valeur.items()}
    if isinstance(valeur, list):
        return [_en_jours(v) for v in valeur]
    if isinstance(valeur, str) and JOUR.fullmatch(valeur):
        return date.fromisoformat(valeur)
    return datetime.fromisoformat(valeur) if isinstance(valeur, str) and MOMENT.fullmatch(valeur) else valeur


def _constat(constat: dict[str, Any], i: dict[str, Any]) -> dict[str, Any]:
    """A finding with its tone, its documents and its actions."""
    code, recalcule = constat["code"], constat.get("recalcule")
    preuves = [p for p in i["preuves"] if code in p["exigences"] and p["vaut"]]
    return constat | {
        "ton": TONS.get(Verdict(constat["verdict"]), ""),
        "mot": Verdict(constat["verdict"]).label,
        "barre": constat["valeur"] is not None and bool(constat["sur"]),
        "palette": _palette(COULEURS[TONS.get(Verdict(constat["verdict"]), "")]),
        "preuves": preuves[:3],
        "preuves_de_trop": max(0, len(preuves) - 3),
        "actions": [a for a in i["actions"] if a["exigence"] == code and a["ouverte"]][:3],
        "recalcule": recalcule | {"mot": Verdict(recalcule["verdict"]).label} if recalcule else None,
    }


def _blocs(constats: list[dict[str, Any]], i: dict[str, Any]) -> list[dict[str, Any]]:
    blocs = []
    for bloc, groupe in groupby(constats, lambda c: c["bloc"]):
        lignes = list(groupe)
        jugees = [c for c in lignes if c["verdict"] in (Verdict.ATTEINT, *A_FAIRE)]
        blocs.append(
            {
                "code": bloc,
                "titre": i["referentiel"]["blocs"][bloc],
                "constats": lignes,
                "atteintes": sum(c["verdict"] == Verdict.ATTEINT for c in jugees),
                "jugees": len(jugees),
            }
        )
    return blocs


def _chiffres(constats: list[dict[str, Any]], i: dict[str, Any]) -> dict[str, Any]:
    """The four figures of the first page."""
    comptes = Counter(c["verdict"] for c in constats)
    atteintes = comptes[Verdict.ATTEINT]
    attestations = next((c for c in constats if c["code"] == "CAD-5" and c["valeur"] is not None), None)
    seuil = "registres_seuil_point" if i["perimetre"]["niveau"] == "point" else "registres_seuil"
    return {
        "atteintes": atteintes,
        "jugees": atteintes + sum(comptes[v] for v in A_FAIRE),
        "a_traiter": sum(comptes[v] for v in A_FAIRE),
        "deployes": sum(r["deploye"] for r in i["registres"]),
        "seuil": i["seuils"][seuil],
        "attestations": attestations,
        "parts": [p | {"couleur": PARTS[Verdict(p["code"])]} for p in repartition(comptes)],
        "nombre": len(constats),
    }


def _preuves(preuves: list[dict[str, Any]]) -> dict[str, Any]:
    """Documents by what became of them, and how many are in the attached file alone."""
    lues = [p | {"mot": ETATS_DE_PREUVE[p["etat"]]} for p in preuves]
    groupes = {
        "en_vigueur": [p for p in lues if p["vaut"]],
        "refusees": [p for p in lues if p["etat"] == "refusee"],
        "effacees": [p for p in lues if p["etat"] == "effacee"],
        "autres": [p for p in lues if not p["vaut"] and p["etat"] not in ("refusee", "effacee")],
    }
    montrees = {nom: groupe[:LIGNES_MAX] for nom, groupe in groupes.items()}
    de_trop = {nom: max(0, len(groupe) - LIGNES_MAX) for nom, groupe in groupes.items()}
    return montrees | {"nombre": len(lues), "de_trop": de_trop}


def code_qr(texte: str) -> SafeString:
    """A QR code as SVG of no fixed size."""
    dessin = segno.make(texte, error="m", micro=False).svg_inline(
        border=0, omitsize=True, title=f"Code qui mène à {texte}"
    )
    return mark_safe(dessin)  # noqa: S308 — squares drawn by the library
