"""Read and check the référentiel's files: one YAML a version, and that of the network's own numbers.

All that is wrong in a file is said at once, in French, with the place; nothing half-known passes.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from qualite.controles import connue
from qualite.models import Niveau, Origine, Referentiel, Verification

# Texts and the most characters that each may have.
_ENTETE = {"code": 40, "titre": 160, "statut": 10, "avertissement": 400}
_TEXTES_EXIGENCE = {"code": 12, "libelle": 300, "clause": 20, "ancien_code": 12}
_TEXTES_PARAMETRE = {"libelle": 200, "unite": 20}
_INCONNUE_MAX = 300
_FACULTATIFS = {"remplace", "reprend", "inconnues", "blocs", "parametres", "exigences"}
CLES_EXIGENCE = {"code", "bloc", "niveaux", "origine", "verification", "libelle"}
_CLES_EXIGENCE_FACULTATIVES = {"clause", "a_valider", "sans_verdict", "periodicite_mois", "ancien_code"}
_CLES_PARAMETRE = {"libelle", "valeur", "unite", "min", "max", "origine"}
REGISTRES = 8  # no threshold of registers can be above
# The most that a number may be, by unit: beyond, dates or sums make no sense.
_LIMITES = {"registres": REGISTRES, "mois": 120, "jours": 3660}
_LIMITE = 10_000
_PERIODICITE_MAX = 120
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # codes stand in addresses


SANS_CONTROLE = "aucun contrôle connu ne la calcule"


class ReferentielInvalide(Exception):
    """A file can't be loaded; `erreurs` says all that is wrong, in French."""

    def __init__(self, fichier: str, erreurs: list[str]) -> None:
        self.erreurs = erreurs
        super().__init__("\n".join(f"{fichier} : {e}" for e in erreurs))


class SansDoublon(yaml.SafeLoader):
    """YAML would keep the last of two equal keys without a word."""

    def construct_mapping(self, node, deep=False):
        cles = [self.construct_object(cle, deep=True) for cle, _ in node.value]
        doublons = [c for rang, c in enumerate(cles) if c in cles[:rang]]
        if doublons:
            raise yaml.constructor.ConstructorError(
                None, None, f"clé en double : {', '.join(map(str, doublons))}", node.start_mark
            )
        return super().construct_mapping(node, deep)


@dataclass
class Grille:
    """A checked file, ready to be stored."""

    entete: dict[str, Any]
    blocs: dict[str, str]
    inconnues: list[str]
    remplace: str | None
    reprend: bool
    empreinte: str
    parametres: dict[str, dict[str, Any]] = field(default_factory=dict)
    exigences: list[dict[str, Any]] = field(default_factory=list)


def lire(chemin: Path) -> Grille:
    """Read and check a version's file; raises ReferentielInvalide with every error found."""
    octets = chemin.read_bytes()
    brut = _ouvrir(chemin.name, octets)
    erreurs = list(_verifier(chemin, brut))
    if erreurs:
        raise ReferentielInvalide(chemin.name, erreurs)
    return Grille(
        entete={cle: brut[cle] for cle in _ENTETE},
        blocs=brut.get("blocs") or {},
        inconnues=brut.get("inconnues") or [],
        remplace=brut.get("remplace"),
        reprend=bool(brut.get("reprend")),
        empreinte=hashlib.sha256(octets).hexdigest(),
        parametres=brut.get("parametres") or {},
        exigences=brut.get("exigences") or [],
    )


def lire_parametres(chemin: Path) -> dict[str, dict[str, Any]]:
    """Read and check the file of the network's own numbers; raises ReferentielInvalide likewise."""
    parametres = _ouvrir(chemin.name, chemin.read_bytes())
    erreurs = list(_verifier_parametres(parametres))
    if erreurs:
        raise ReferentielInvalide(chemin.name, erreurs)
    return parametres


def _ouvrir(fichier: str, octets: bytes) -> dict[str, Any]:
    try:
        # The loader is a SafeLoader: it builds plain values only.
        brut = yaml.load(octets, Loader=SansDoublon)  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError) as erreur:  # ValueError: a date that is none
        raise ReferentielInvalide(fichier, [f"YAML illisible : {erreur}"]) from erreur
    if not isinstance(brut, dict):
        raise ReferentielInvalide(fichier, ["un tableau de clés est attendu"])
    return brut


def _cles(valeurs: Mapping, dues: set[str], permises: set[str], ou: str) -> Iterator[str]:
    for manque in sorted(dues - valeurs.keys()):
        yield f"{ou} : « {manque} » manque"
    for inconnue in sorted(map(str, valeurs.keys() - dues - permises)):
        yield f"{ou} : « {inconnue} » est inconnu"


def _texte(ou: str, valeurs: Mapping, cle: str, longueur: int) -> Iterator[str]:
    """A text of a length that fits; of a key that is missing, nothing."""
    valeur = valeurs.get(cle, "x")
    if not isinstance(valeur, str) or not valeur.strip() or "\x00" in valeur:
        yield f"{ou} : « {cle} » : un texte est attendu, entre guillemets s’il ressemble à un nombre"
    elif len(valeur) > longueur:
        yield f"{ou} : « {cle} » : {longueur} caractères au plus"


def _code(ou: str, code: Any, longueur: int) -> Iterator[str]:
    if not isinstance(code, str) or not _CODE.fullmatch(code) or len(code) > longueur:
        yield f"{ou} : un code de {longueur} caractères au plus, lettres, chiffres, point et tiret"


def _verifier(chemin: Path, brut: dict) -> Iterator[str]:
    yield from _cles(brut, set(_ENTETE), _FACULTATIFS, "en-tête")
    for cle, longueur in _ENTETE.items():
        yield from _texte("en-tête", brut, cle, longueur)
    if brut.get("code") != chemin.stem:
        yield f"le code « {brut.get('code')} » doit être le nom du fichier, « {chemin.stem} »"
    if brut.get("statut") not in Referentiel.Statut.values:
        yield f"statut « {brut.get('statut')} » inconnu ({', '.join(Referentiel.Statut.values)})"
    yield from _verifier_suite(brut)
    if not brut.get("reprend") and not brut.get("exigences"):
        yield "aucune exigence"
    yield from _verifier_parametres(brut.get("parametres") or {})
    blocs, exigences = brut.get("blocs") or {}, brut.get("exigences") or []
    if not isinstance(blocs, dict):
        blocs = {}
        yield "« blocs » : des codes et leurs titres sont attendus"
    for bloc in blocs:
        yield from _code(f"bloc {bloc}", bloc, 30)
        yield from _texte("blocs", blocs, bloc, 80)
    if not isinstance(exigences, list) or not all(isinstance(e, dict) for e in exigences):
        yield "« exigences » : une liste est attendue"
    else:
        yield from _verifier_exigences(exigences, blocs)


def _verifier_suite(brut: dict) -> Iterator[str]:
    """What the version goes on from, and what is not known of it."""
    remplace, reprend, inconnues = (brut.get(c) for c in ("remplace", "reprend", "inconnues"))
    if remplace is not None:
        yield from _texte("en-tête", brut, "remplace", 40)
    if reprend not in (None, True, False):
        yield "« reprend » : true ou false"
    if reprend and not remplace:
        yield "« reprend » suppose « remplace » : quelle version ?"
    if inconnues is not None and not isinstance(inconnues, list):
        yield "« inconnues » : une liste est attendue"
    for rang, inconnue in enumerate(inconnues if isinstance(inconnues, list) else (), start=1):
        yield from _texte("inconnues", {rang: inconnue}, rang, _INCONNUE_MAX)  # type: ignore[arg-type]


def _verifier_parametres(parametres: Any) -> Iterator[str]:
    if not isinstance(parametres, dict) or not all(isinstance(p, dict) for p in parametres.values()):
        yield "« parametres » : des clés et leurs précisions sont attendues"
        return
    for code, parametre in parametres.items():
        yield from _code(f"paramètre {code}", code, 40)
        yield from _verifier_parametre(str(code), parametre)


def _verifier_parametre(code: str, parametre: dict) -> Iterator[str]:
    ou = f"paramètre {code}"
    yield from _cles(parametre, _CLES_PARAMETRE, set(), ou)
    for cle, longueur in _TEXTES_PARAMETRE.items():
        yield from _texte(ou, parametre, cle, longueur)
    unite = "registres" if code.startswith("registres_seuil") else str(parametre.get("unite"))
    limite = _LIMITES.get(unite, _LIMITE)
    nombres = [n for c in ("min", "valeur", "max") if type(n := parametre.get(c)) is int]
    if len(nombres) < 3:
        yield f"{ou} : « min », « valeur » et « max » sont des nombres entiers"
    elif not nombres[0] <= nombres[1] <= nombres[2]:
        yield f"{ou} : la valeur {nombres[1]} n’est pas entre {nombres[0]} et {nombres[2]}"
    elif unite == "registres" and nombres[2] > limite:
        yield f"{ou} : il n’y a que {REGISTRES} registres"
    elif nombres[0] < 0 or nombres[2] > limite:
        yield f"{ou} : de 0 à {limite} {unite}"
    if parametre.get("origine") not in Origine.values:
        yield f"{ou} : origine « {parametre.get('origine')} » inconnue"


def _verifier_exigences(exigences: list[dict], blocs: Mapping) -> Iterator[str]:
    codes = [str(e.get("code")) for e in exigences]
    for code in sorted({c for c in codes if codes.count(c) > 1}):
        yield f"exigence {code} : code en double"
    for exigence in exigences:
        yield from _verifier_exigence(exigence, list(blocs))


def _verifier_exigence(exigence: dict, blocs: list[str]) -> Iterator[str]:
    ou = f"exigence {exigence.get('code', '?')}"
    yield from _cles(exigence, CLES_EXIGENCE, _CLES_EXIGENCE_FACULTATIVES, ou)
    for cle, longueur in _TEXTES_EXIGENCE.items():
        yield from _texte(ou, exigence, cle, longueur)
    yield from _code(ou, exigence.get("code"), _TEXTES_EXIGENCE["code"])
    if exigence.get("bloc") not in blocs:
        yield f"{ou} : bloc « {exigence.get('bloc')} » inconnu"
    if exigence.get("origine") not in Origine.values:
        yield f"{ou} : origine « {exigence.get('origine')} » inconnue"
    for cle, choix in (("niveaux", Niveau), ("verification", Verification)):
        valeurs = exigence.get(cle)
        liste = valeurs if isinstance(valeurs, list) else []
        if not liste or any(v not in choix.values or liste.count(v) > 1 for v in liste):
            yield f"{ou} : « {cle} » parmi {', '.join(choix.values)}, chacun une fois"
    yield from _verifier_precisions(ou, exigence)
    # What goes on from an older code may have its rule from there: known once that code is.
    auto = Verification.AUTO.value in str(exigence.get("verification"))
    if auto and not exigence.get("ancien_code") and not connue(str(exigence.get("code"))):
        yield f"{ou} : {SANS_CONTROLE}"


def _verifier_precisions(ou: str, exigence: dict) -> Iterator[str]:
    for cle in ("a_valider", "sans_verdict"):
        if not isinstance(exigence.get(cle, True), bool):
            yield f"{ou} : « {cle} » : true ou false"
    mois = exigence.get("periodicite_mois", 1)
    if type(mois) is not int or not 1 <= mois <= _PERIODICITE_MAX:
        yield f"{ou} : « periodicite_mois » : de 1 à {_PERIODICITE_MAX} mois"
