"""Read, check and load the référentiel's files: one YAML a version, never changed once loaded.

All that is wrong in a file is said at once, in French, with the place; nothing half-known passes.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from pimms.socle.journal import journaliser
from qualite.controles import connue
from qualite.models import Application, Exigence, Niveau, Origine, Parametre, Referentiel, Verification
from qualite.parametres import PUBLICATION, appliquer

DOSSIER = Path(__file__).parent / "referentiels"
_ENTETE = {"code": str, "titre": str, "statut": str, "avertissement": str}
_FACULTATIFS = {"remplace", "reprend", "inconnues", "blocs", "parametres", "exigences"}
_CLES_EXIGENCE = {"code", "bloc", "niveaux", "origine", "verification", "libelle"}
_CLES_EXIGENCE_FACULTATIVES = {"clause", "a_valider", "sans_verdict", "periodicite_mois", "ancien_code"}
_CLES_PARAMETRE = {"libelle", "valeur", "unite", "min", "max", "origine"}
REGISTRES = 8  # no threshold of registers can be above


class ReferentielInvalide(Exception):
    """A file can't be loaded; `erreurs` says all that is wrong, in French."""

    def __init__(self, fichier: str, erreurs: list[str]) -> None:
        self.erreurs = erreurs
        super().__init__("\n".join(f"{fichier} : {e}" for e in erreurs))


class _SansDoublon(yaml.SafeLoader):
    """YAML would keep the last of two equal keys without a word."""

    def construct_mapping(self, node, deep=False):
        cles = [self.construct_object(cle, deep=True) for cle, _ in node.value]
        doublons = {c for c in cles if cles.count(c) > 1}
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
    """Read and check one file; raises ReferentielInvalide with every error found."""
    octets = chemin.read_bytes()
    try:
        # The loader is a SafeLoader: it builds plain values only.
        brut = yaml.load(octets, Loader=_SansDoublon)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as erreur:
        raise ReferentielInvalide(chemin.name, [f"YAML illisible : {erreur}"]) from erreur
    if not isinstance(brut, dict):
        raise ReferentielInvalide(chemin.name, ["un tableau de clés est attendu"])
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


def _cles(valeurs: Mapping, dues: set[str], permises: set[str], ou: str) -> Iterator[str]:
    for manque in sorted(dues - valeurs.keys()):
        yield f"{ou} : « {manque} » manque"
    for inconnue in sorted(map(str, valeurs.keys() - dues - permises)):
        yield f"{ou} : « {inconnue} » est inconnu"


def _verifier(chemin: Path, brut: dict) -> Iterator[str]:
    yield from _cles(brut, set(_ENTETE), _FACULTATIFS, "en-tête")
    for cle in _ENTETE:
        if not isinstance(brut.get(cle, ""), str) or not brut.get(cle, "x"):
            yield f"« {cle} » : un texte est attendu"
    if brut.get("code") != chemin.stem:
        yield f"le code « {brut.get('code')} » doit être le nom du fichier, « {chemin.stem} »"
    if brut.get("statut") not in Referentiel.Statut.values:
        yield f"statut « {brut.get('statut')} » inconnu ({', '.join(Referentiel.Statut.values)})"
    if brut.get("reprend") and not brut.get("remplace"):
        yield "« reprend » suppose « remplace » : quelle version ?"
    if not brut.get("reprend") and not brut.get("exigences"):
        yield "aucune exigence"
    parametres, exigences = brut.get("parametres") or {}, brut.get("exigences") or []
    if not isinstance(parametres, dict) or not all(isinstance(p, dict) for p in parametres.values()):
        yield "« parametres » : des clés et leurs précisions sont attendues"
    else:
        for code, parametre in parametres.items():
            yield from _verifier_parametre(str(code), parametre)
    if not isinstance(exigences, list) or not all(isinstance(e, dict) for e in exigences):
        yield "« exigences » : une liste est attendue"
    else:
        yield from _verifier_exigences(exigences, brut.get("blocs") or {})


def _verifier_parametre(code: str, parametre: dict) -> Iterator[str]:
    ou = f"paramètre {code}"
    yield from _cles(parametre, _CLES_PARAMETRE, set(), ou)
    nombres = [n for c in ("min", "valeur", "max") if type(n := parametre.get(c)) is int]
    if len(nombres) < 3:
        yield f"{ou} : « min », « valeur » et « max » sont des nombres entiers"
    elif not nombres[0] <= nombres[1] <= nombres[2]:
        yield f"{ou} : la valeur {nombres[1]} n’est pas entre {nombres[0]} et {nombres[2]}"
    elif parametre.get("unite") == "registres" and nombres[2] > REGISTRES:
        yield f"{ou} : il n’y a que {REGISTRES} registres"
    if parametre.get("origine") not in Origine.values:
        yield f"{ou} : origine « {parametre.get('origine')} » inconnue"


def _verifier_exigences(exigences: list[dict], blocs: Mapping) -> Iterator[str]:
    codes = [str(e.get("code")) for e in exigences]
    for code in sorted({c for c in codes if codes.count(c) > 1}):
        yield f"exigence {code} : code en double"
    for exigence in exigences:
        ou = f"exigence {exigence.get('code', '?')}"
        yield from _cles(exigence, _CLES_EXIGENCE, _CLES_EXIGENCE_FACULTATIVES, ou)
        if exigence.get("bloc") not in blocs:
            yield f"{ou} : bloc « {exigence.get('bloc')} » inconnu"
        if exigence.get("origine") not in Origine.values:
            yield f"{ou} : origine « {exigence.get('origine')} » inconnue"
        for cle, choix in (("niveaux", Niveau), ("verification", Verification)):
            valeurs = exigence.get(cle)
            if not isinstance(valeurs, list) or not valeurs or not set(valeurs) <= set(choix.values):
                yield f"{ou} : « {cle} » parmi {', '.join(choix.values)}"
        codes = [str(exigence.get(cle, "")) for cle in ("code", "ancien_code")]
        if Verification.AUTO.value in str(exigence.get("verification")) and not connue(*codes):
            yield f"{ou} : aucun contrôle connu ne la calcule"
        if not isinstance(exigence.get("libelle"), str) or not exigence.get("libelle"):
            yield f"{ou} : un libellé est attendu"


def charger(chemin: Path) -> tuple[Referentiel, bool]:
    """Store a version; returns it and whether it is new.

    The same file again changes nothing. Raises ReferentielInvalide when the file is wrong, when a
    version of that code is already loaded with another content, or when what it replaces is unknown.
    """
    grille = lire(chemin)
    code = grille.entete["code"]
    existant = Referentiel.objects.filter(code=code).first()
    if existant:
        if existant.empreinte == grille.empreinte:
            return existant, False
        raise ReferentielInvalide(
            chemin.name,
            [f"la version « {code} » est déjà chargée et ne change plus : un nouveau texte a un autre code"],
        )
    with transaction.atomic():
        ancien = None
        if grille.remplace:
            ancien = Referentiel.objects.filter(code=grille.remplace).first()
            if ancien is None:
                raise ReferentielInvalide(
                    chemin.name, [f"la version remplacée, « {grille.remplace} », est inconnue"]
                )
        return _inserer(grille, ancien, chemin.name), True


def _inserer(grille: Grille, ancien: Referentiel | None, fichier: str) -> Referentiel:
    repris = ancien if grille.reprend else None
    referentiel = Referentiel.objects.create(
        **grille.entete,
        blocs=(repris.blocs if repris else {}) | grille.blocs,
        inconnues=grille.inconnues,
        empreinte=grille.empreinte,
        remplace=ancien,
    )
    exigences = [*_exigences(grille, referentiel)]
    parametres = [*_parametres(grille, referentiel)]
    if repris:
        exigences = [*_reprises(repris.exigences.all(), referentiel, {e.code for e in exigences}), *exigences]
        parametres = [
            *_reprises(repris.parametres.all(), referentiel, {p.code for p in parametres}),
            *parametres,
        ]
    connus = set(ancien.exigences.values_list("code", flat=True)) if ancien else set()
    orphelins = [e.code for e in exigences if e.ancien_code and e.ancien_code not in connus]
    if orphelins:
        raise ReferentielInvalide(fichier, [f"exigence {c} : ancien code inconnu" for c in orphelins])
    for rang, ligne in enumerate(exigences):
        ligne.rang = rang
    for rang, parametre in enumerate(parametres):
        parametre.rang = rang
    Exigence.objects.bulk_create(exigences)
    Parametre.objects.bulk_create(parametres)
    journaliser(None, "charger", referentiel, apres={"code": referentiel.code, "empreinte": grille.empreinte})
    return referentiel


def _exigences(grille: Grille, referentiel: Referentiel) -> Iterator[Exigence]:
    for e in grille.exigences:
        yield Exigence(
            referentiel=referentiel,
            periodicite=e.get("periodicite_mois"),
            **{c: e[c] for c in _CLES_EXIGENCE},
            **{c: e[c] for c in ("clause", "a_valider", "sans_verdict", "ancien_code") if c in e},
        )


def _parametres(grille: Grille, referentiel: Referentiel) -> Iterator[Parametre]:
    for code, p in grille.parametres.items():
        yield Parametre(
            referentiel=referentiel,
            code=code,
            libelle=p["libelle"],
            defaut=p["valeur"],
            unite=p["unite"],
            minimum=p["min"],
            maximum=p["max"],
            origine=p["origine"],
        )


def _reprises(lignes, referentiel: Referentiel, remplacees: set[str]) -> Iterator:
    """Copies of an earlier version's rows, but those that the new one says itself."""
    for ligne in lignes:
        if ligne.code in remplacees:
            continue
        if isinstance(ligne, Exigence):
            ligne.ancien_code, ligne.a_valider = ligne.code, True
        ligne.pk, ligne.referentiel, ligne._state.adding = None, referentiel, True
        yield ligne


def charger_tous() -> list[tuple[Referentiel, bool]]:
    """Load every file of the project, those that others replace first. Idempotent."""
    chemins = sorted(DOSSIER.glob("*.yaml"), key=lambda c: (lire(c).remplace is not None, c.name))
    charges = [charger(chemin) for chemin in chemins]
    if not Application.objects.exists():
        # The first version has applied since the norm was published.
        appliquer(None, charges[0][0], PUBLICATION)
    return charges
