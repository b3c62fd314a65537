"""The files inside a report's PDF: the snapshot itself, its tables as CSV, both from the snapshot alone; and
with what this PDF was laid out, which may not be what was there when the snapshot was taken."""

import io
import json
from collections.abc import Iterable
from typing import Any

from pimms.socle.exports import Cellule, Colonne, Tableau, ecrire_csv
from pimms.socle.piece import Piece
from qualite.rapports.logiciels import logiciels
from qualite.verdicts import Verdict

INSTANTANE, COMPOSITION = "instantane.json", "composition.json"
VERDICTS = dict(Verdict.choices)
TITRES = {
    "constats": "Constats, exigence par exigence",
    "registres": "Les huit registres",
    "preuves": "Documents, dans tous leurs états",
    "actions": "Actions correctives",
    "constats_d_audits": "Constats des audits précédents, et leurs suites",
    "sans_objet": "Exigences dites sans objet, et pourquoi",
    "parametres": "Nombres employés par les contrôles",
    "changements": "Nombres changés par l’union, par qui, pourquoi",
    "points": "Constats de chaque point",
    "attestations": "Attestations de la charte",
}


def joindre(instantane: dict[str, Any], octets: bytes) -> list[Piece]:
    """The snapshot (what the PDF was made from), each table that holds something, libraries and fonts."""
    avec = json.dumps(logiciels(), ensure_ascii=False, sort_keys=True, indent=1).encode()
    pieces = [
        Piece(INSTANTANE, octets, "Tout ce que dit ce rapport, en JSON", "Source"),
        Piece(COMPOSITION, avec, "Avec quoi ce fichier a été composé", "Supplement"),
    ]
    for nom, description, colonnes, lignes in _tableaux(instantane):
        rangees = [[_cellule(c) for c in ligne] for ligne in lignes]
        if rangees:
            titres = [Colonne(titre) for titre in colonnes]
            entete = [("Rapport", instantane["reference"]), ("Avertissement", instantane["avertissement"])]
            tableau = Tableau(description, entete, titres, rangees)
            sortie = io.BytesIO()
            ecrire_csv(sortie, tableau)
            pieces.append(Piece(f"{nom}.csv", sortie.getvalue(), description, "Data"))
    return sorted(pieces, key=lambda p: p.nom)  # a name tree of PDF is in the order of its names


def _depuis(suite: dict[str, str] | None) -> str:
    """What became of a document since its evaluation was closed, in one cell."""
    return " ".join(filter(None, (suite["etat"], suite["le"], suite["motif"]))) if suite else ""


def _cellule(valeur: Any) -> Cellule:
    return ", ".join(map(str, valeur)) if isinstance(valeur, list) else valeur


COLONNES = {
    "constats": {
        "code": "Code", "libelle": "Exigence", "niveau": "Niveau", "mot": "Constat", "phrase": "Phrase",
        "valeur": "Mesuré", "seuil": "Attendu", "sur": "Sur", "origine": "Origine", "clause": "Clause",
    },
    "registres": {
        "numero": "Registre", "nom": "Nom", "nombre": "Interventions", "mois": "Mois couverts",
        "deploye": "Déployé",
    },
    "preuves": {
        "reference": "Référence", "exigences": "Exigences", "niveau": "Niveau", "objet": "De qui",
        "nature": "Nature", "format": "Format", "debut": "Du", "fin": "Au", "etat": "État", "motif": "Motif",
        "decidee_le": "Décidé le", "empreinte": "SHA-256", "perdu": "Fichier manquant",
        "depuis": "Depuis que l’évaluation est arrêtée",
    },
    "actions": {
        "reference": "Référence", "titre": "Action", "exigence": "Exigence", "sujet": "De qui",
        "etat": "État", "ouverte_le": "Ouverte le", "echeance": "Échéance",
        "echeance_initiale": "Première échéance", "realisee_le": "Réalisée le",
        "verifiee_le": "Vérifiée le", "close_le": "Close le", "annulee_le": "Annulée le",
        "motif": "Pourquoi", "modifiee_depuis": "Textes modifiés depuis",
    },
    "constats_d_audits": {
        "campagne": "Audit", "au": "Au", "numero": "Numéro", "lieu": "Lieu", "exigence": "Exigence",
        "grade": "Gravité", "texte": "Constat", "repondu": "Répondu", "suite": "Suite",
    },
    "sans_objet": {
        "code": "Code", "niveau": "Niveau", "sujet": "De qui", "motif": "Justification",
        "par": "Par", "le": "Le",
    },
    "attestations": {
        "point": "Point", "personne": "Personne", "etat": "État", "le": "Attestée le", "charte": "Charte",
        "echeance": "Échéance", "empreinte": "SHA-256 du texte",
    },
    "parametres": {
        "code": "Code", "libelle": "Paramètre", "valeur": "Valeur", "defaut": "Par défaut", "unite": "Unité",
        "origine": "Origine",
    },
    "changements": {
        "code": "Code", "libelle": "Paramètre", "valeur": "Valeur", "unite": "Unité", "debut": "À partir du",
        "par": "Par", "motif": "Motif",
    },
}  # fmt: skip


PARTS = {"nom": "Nom", "nombre": "Nombre"}
# Of a yearly account: what each table holds, its columns.
DU_BILAN = {
    "chiffres": ("Les chiffres de l’année, et ceux de l’année d’avant", {
        "nom": "Ce qui est compté", "valeur": "Année", "avant": "Année d’avant", "forme": "Forme",
    }),
    "mois": ("L’accueil, mois par mois", {
        "mois": "Mois", "visites": "Visites", "visites_avant": "Visites, année d’avant",
        "passages": "Passages", "demandes": "Demandes", "minutes": "Minutes",
        "minutes_estimees": "dont estimées",
    }),
    "semaine": ("Quand l’on vient, par jour de la semaine et par tranche de quatre heures", {
        "jour": "Jour", "heure": "Première heure", "visites": "Visites",
    }),
    "themes": ("Demandes par thème", PARTS),
    "issues": ("Demandes par issue", PARTS),
    "canaux": ("Visites par canal", PARTS),
    "partenaires": ("Demandes par partenaire", PARTS),
    "registres": ("Les huit registres, chaque sorte d’intervention à part", {
        "numero": "Registre", "nom": "Nom", "demande": "Demandes", "dossier": "Dossiers", "etape": "Étapes",
        "action": "Actions", "alerte": "Alertes", "mois": "Mois couverts",
    }),
    "terrain": ("Actions de terrain et collectives", PARTS | {"personnes": "Personnes"}),
}  # fmt: skip
MASQUE = "masqué"


def _montre(nombre: int | None) -> int | str:
    return MASQUE if nombre is None else nombre


def _du_compte_rendu(compte_rendu: dict[str, Any]) -> Iterable[tuple[str, str, list[str], list[list[Any]]]]:
    """The tables of a partner's report."""
    mois = compte_rendu.get("mois", [])
    rangees = [[m["mois"], _montre(m["visites"]), _montre(m["demandes"])] for m in mois]
    yield "mois", "Mois par mois", ["Mois", "Visites", "Demandes"], rangees
    for table in compte_rendu.get("tables", []):
        rangees = [[ligne["nom"], _montre(ligne["nombre"])] for ligne in table["lignes"]]
        titre = f"{table['unite']} par {table['titre'].lower()}"
        yield table["code"], titre, [table["titre"], table["unite"]], rangees


def _du_bilan(bilan: dict[str, Any]) -> Iterable[tuple[str, str, list[str], list[list[Any]]]]:
    """The tables of a yearly account; a masked number is told as such."""
    for nom, (titre, colonnes) in DU_BILAN.items():
        rangees = [[ligne[champ] for champ in colonnes] for ligne in bilan.get(nom, [])]
        yield nom, titre, list(colonnes.values()), rangees
    yield (
        "public",
        "Visites selon ce qui a été noté du public",
        ["Renseignement", "Valeur", "Visites"],
        [
            [table["titre"], ligne["nom"], _montre(ligne["nombre"])]
            for table in bilan.get("public", {}).get("tables", [])
            for ligne in table["lignes"]
        ],
    )


def _tableaux(i: dict[str, Any]) -> Iterable[tuple[str, str, list[str], list[list[Any]]]]:
    """Name of the file, what it holds, headings, rows. A column that an older snapshot lacks is empty."""
    lignes = i | {
        "constats": [c | {"mot": VERDICTS[c["verdict"]]} for c in i.get("constats", [])],
        "preuves": [p | {"depuis": _depuis(p.get("depuis"))} for p in i.get("preuves", [])],
        "changements": [p | c for p in i.get("parametres", []) for c in p["changements"]],
    }
    for nom, colonnes in COLONNES.items():
        rangees = [[ligne.get(champ, "") for champ in colonnes] for ligne in lignes.get(nom, [])]
        yield nom, TITRES[nom], list(colonnes.values()), rangees
    yield from _du_bilan(i.get("bilan", {}))
    yield from _du_compte_rendu(i.get("compte_rendu", {}))
    codes = [c["code"] for c in i.get("constats_des_points", [])]
    yield (
        "points",
        TITRES["points"],
        ["Code", "Point", *codes],
        [
            [p["code"], p["nom"], *(VERDICTS.get(p["verdicts"].get(c, ""), "") for c in codes)]
            for p in i.get("points", [])
        ],
    )
