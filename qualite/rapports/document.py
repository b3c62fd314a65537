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

from pimms.socle.periodes import Periode
from qualite.models.rapports import EMPREINTE_COURTE
from qualite.pages_constats import repartition
from qualite.rapports.document_annexes import LIGNES_MAX, documents, organigramme, temps
from qualite.rapports.document_bilan import du_bilan, du_compte_rendu
from qualite.rapports.glyphes import lisibles
from qualite.rapports.logiciels import logiciels
from qualite.rapports.pieces import joindre
from qualite.verdicts import Verdict

ECRITS = frozenset({"titre", "texte", "motif", "suite", "campagne", "remarque"})  # keys of what people wrote
JOUR = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
FEUILLE = "dossier.css"
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
        "moment_local": _local(i["fait_le"], i),
        "periode": Periode(i["periode"]["du"], i["periode"]["au"]),
        "norme": re.split(r"[(,]", i["referentiel"]["titre"])[0].strip(),
        "pieces": [(p.nom, p.description[:1].lower() + p.description[1:]) for p in joindre(instantane, b"")],
        "dossier": dossier,
        "logiciels": logiciels(),
        "releve_avec": i["logiciels"] if i["logiciels"] != logiciels() else None,
        "palette": _palette(PIN),
        # What was read before campaigns were known stood on an evaluation closed for good.
        "projet": dossier and not (i["evaluation"] and i["evaluation"].get("definitive", True)),
        "remplaces": remplaces,
    }
    return commun | CONTENUS.get(i["genre"], _de_la_liste)(i)


def _local(moment: datetime, i: dict[str, Any]) -> datetime:
    """That hour where the report is from."""
    return moment.astimezone(ZoneInfo(i["fuseau"])).replace(tzinfo=None)


def _du_dossier(i: dict[str, Any]) -> dict[str, Any]:
    """What the audit file's pages show."""
    constats = [_constat(c, i) for c in i["constats"]]
    return {
        "blocs": _blocs(constats, i),
        "appellent": [c for v in A_FAIRE for c in constats if c["verdict"] == v],
        "chiffres": _chiffres(constats, i),
        "sans_objet": [c for c in constats if c["verdict"] == Verdict.SANS_OBJET],
        "ecartees": i["sans_objet"][:LIGNES_MAX],
        "ecartees_de_trop": max(0, len(i["sans_objet"]) - LIGNES_MAX),
        "preuves": documents(i["preuves"]),
        "audits": i.get("constats_d_audits", [])[:LIGNES_MAX],
        "audits_de_trop": max(0, len(i.get("constats_d_audits", [])) - LIGNES_MAX),
        "actions": sorted(i["actions"], key=lambda a: not a["ouverte"])[:LIGNES_MAX],
        "actions_de_trop": max(0, len(i["actions"]) - LIGNES_MAX),
        "maximum": max((r["nombre"] for r in i["registres"]), default=0),
        "changes": [p for p in i["parametres"] if p["changements"]],
        "arretee_le": i["evaluation"] and _local(i["evaluation"]["le"], i),
        "verdicts": [{"code": v.value, "mot": v.label} for v in Verdict],
        "points": [p | {"nombres": [p["comptes"][v.value] for v in Verdict]} for p in i["points"]],
        "organigramme": organigramme(i["perimetre"]),
        "temps": temps(i["perimetre"].get("temps", {})),
        "labellises": sum(s["france_services"] for s in i["perimetre"]["sites"]),
    }


def _de_la_liste(i: dict[str, Any]) -> dict[str, Any]:
    """What the pages of a list show: the action plan by state, or attestations by point."""
    return _du_plan(i) if i["genre"] == "plan" else _des_attestations(i)


def _du_plan(i: dict[str, Any]) -> dict[str, Any]:
    actions = i["actions"][:LISTE_MAX]
    groupes = {
        "Ouvertes": [a for a in actions if a["ouverte"]],
        "Closes sur la période": [a for a in actions if _close(a)],
        "Annulées sur la période": [a for a in actions if not a["ouverte"] and not _close(a)],
    }
    return {
        "groupes": [{"titre": titre, "lignes": lignes} for titre, lignes in groupes.items()],
        "parties": [{"ancre": "plan", "titre": "Plan d’actions", "sous": list(groupes)}],
        "en_retard": sum(a["en_retard"] for a in i["actions"]),
        "ouvertes": sum(a["ouverte"] for a in i["actions"]),
        "de_trop": max(0, len(i["actions"]) - LISTE_MAX),
    }


def _close(action: dict[str, Any]) -> bool:
    return not action["ouverte"] and not action.get("annulee_le")


def _des_attestations(i: dict[str, Any]) -> dict[str, Any]:
    lignes = [a | {"mot": ETATS_D_ATTESTATION[a["etat"]]} for a in i["attestations"]]
    groupes = [
        {"titre": point, "lignes": list(groupe)}
        for point, groupe in groupby(lignes[:LISTE_MAX], lambda a: a["point"])
    ]
    points = [g["titre"] for g in groupes]
    return {
        "groupes": groupes,
        "parties": [{"ancre": "attestations", "titre": "Attestations de la charte", "sous": points}],
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
    codes, recalcule = {constat["code"], *constat["codes"]}, constat.get("recalcule")
    preuves = [p for p in i["preuves"] if codes.intersection(p["exigences"]) and p["vaut"]]
    return constat | {
        "ton": TONS.get(Verdict(constat["verdict"]), ""),
        "mot": Verdict(constat["verdict"]).label,
        "barre": constat["valeur"] is not None and bool(constat["sur"]),
        "palette": _palette(COULEURS[TONS.get(Verdict(constat["verdict"]), "")]),
        "preuves": preuves[:3],
        "preuves_de_trop": max(0, len(preuves) - 3),
        "actions": [a for a in i["actions"] if a["exigence"] in codes and a["ouverte"]][:3],
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
    attestations = next((c for c in constats if c["regle"] == "CAD-5" and c["valeur"] is not None), None)
    niveau = i["perimetre"]["niveau"]
    # As closed, where the registers were counted again.
    arretes = [c["valeur"] for c in constats if (c["regle"], c["niveau"]) == ("CAD-2", niveau)]
    comptes_ici = sum(r["deploye"] for r in i["registres"])
    seuil = "registres_seuil_point" if niveau == "point" else "registres_seuil"
    return {
        "atteintes": atteintes,
        "jugees": atteintes + sum(comptes[v] for v in A_FAIRE),
        "a_traiter": sum(comptes[v] for v in A_FAIRE),
        "deployes": next((n for n in arretes if n is not None), comptes_ici),
        "seuil": i["seuils"][seuil],
        "attestations": attestations,
        "parts": [p | {"couleur": PARTS[Verdict(p["code"])]} for p in repartition(comptes)],
        "nombre": len(constats),
    }


def code_qr(texte: str) -> SafeString:
    """A QR code as SVG of no fixed size."""
    dessin = segno.make(texte, error="m", micro=False).svg_inline(
        border=0, omitsize=True, title=f"Code qui mène à {texte}"
    )
    return mark_safe(dessin)  # noqa: S308 — squares drawn by the library
