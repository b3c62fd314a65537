"""Our lists in the words of the tools where the same work is told again, by a table (categories.yaml)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from accueil.chiffres import Chiffres, lire
from accueil.filtres import Filtre, Options
from accueil.masquage import SEUIL
from accueil.models.visites import Aide, Canal, Genre, Issue, Situation, TrancheAge
from pimms.socle.exports import Cellule, Colonne
from pimms.socle.typographie import compte
from qualite.grilles import SansDoublon
from qualite.rapports.bilan_public import NON_RENSEIGNE, Unite, annee_civile, lire_tables

FICHIER = Path(__file__).parent / "categories.yaml"
PUBLIC = {"ages": TrancheAge, "genres": Genre, "situations": Situation}
LISTES: dict[str, Any] = {"issues": Issue, "canaux": Canal, "aides": Aide} | PUBLIC
# What is counted of each list, and which lists are rows of a table rather than closed.
UNITES = {
    "themes": "demandes",
    "partenaires": "demandes",
    "issues": "demandes",
    "aides": "demandes",
    "canaux": "visites",
    "ages": "visites",
    "genres": "visites",
    "situations": "visites",
}
OUVERTES = ("themes", "partenaires")
A_VALIDER = "à valider"
SANS_EQUIVALENT = "sans équivalent"
AJOUTEE = "Ajouté depuis\u202f: la table ne le connaît pas."
DES_LOCAUX = "Partenaires d’une association, que l’outil ne nomme pas."
NON_DIT = {
    "partenaires": "Demandes sans partenaire.",
    "aides": "Demandes où le type d’aide n’a pas été noté.",
}
LOCAUX = "locaux"  # partners of one association, which no table of the network can name
MASQUE = "masqué"
DEFINITIONS = (
    "Chaque nombre additionne ce que nous notons sous une catégorie de l’outil. Thèmes, partenaires, types "
    "d’aide et résultats comptent des demandes\u202f; canaux et public comptent des visites.",
    "«\u202fÀ valider\u202f»\u202f: la correspondance est notre lecture, l’outil ne l’a pas confirmée.",
    "Le public n’est donné que sur une année civile, pour un point, une association ou le réseau\u202f; les "
    f"réponses de moins de {SEUIL} visites y sont masquées, et d’autres pour qu’aucune ne se calcule.",
    "Rien n’est envoyé\u202f: ce sont des nombres à recopier, sans aucune visite une à une.",
)
COLONNES = (
    Colonne("outil", 30),
    Colonne("rubrique", 28),
    Colonne("code", 28),
    Colonne("catégorie", 40),
    Colonne("nombre", 10),
    Colonne("unité", 12),
    Colonne("ce que nous notons", 40),
    Colonne("correspondance", 40),
)


class TableInvalide(Exception):
    """The file can't be used; each line says what is wrong and where."""


@dataclass(frozen=True)
class Correspondance:
    """Where one of our values goes; nowhere (`vers` empty) for the reason given."""

    vers: str = ""
    a_valider: bool = False
    pourquoi: str = ""


@dataclass(frozen=True)
class Rubrique:
    """One of our lists in a tool's words: its categories by code, and where each of our values goes."""

    cle: str
    nom: str
    categories: Mapping[str, str]
    correspondances: Mapping[str, Correspondance]


@dataclass(frozen=True)
class Outil:
    """A tool, where its categories were read, and its lists."""

    nom: str
    source: str
    rubriques: tuple[Rubrique, ...]


@dataclass(frozen=True)
class Ligne:
    """One category with its number, None where masked, and what of ours it counts; without a code, what has
    no equivalent."""

    code: str
    nom: str
    nombre: int | None
    notres: tuple[str, ...]
    etat: str


@cache
def outils() -> tuple[Outil, ...]:
    """The table of the file, checked. Raises TableInvalide with all that is wrong."""
    return verifier(yaml.load(FICHIER.read_text(encoding="utf-8"), SansDoublon))  # noqa: S506 — a SafeLoader


def verifier(brut: Any) -> tuple[Outil, ...]:
    """What a file holds, once its shape is right."""
    erreurs = list(_erreurs(brut))
    if erreurs:
        raise TableInvalide("\n".join(erreurs))
    return tuple(
        Outil(
            outil["nom"],
            outil["source"],
            tuple(
                Rubrique(
                    cle,
                    r["nom"],
                    r["categories"],
                    {c: _correspondance(v) for c, v in r["correspondances"].items()},
                )
                for cle, r in outil["rubriques"].items()
            ),
        )
        for outil in brut.values()
    )


def _correspondance(valeur: str | Mapping[str, Any]) -> Correspondance:
    return Correspondance(valeur) if isinstance(valeur, str) else Correspondance(**valeur)


def _erreurs(brut: Any) -> Iterator[str]:
    if not isinstance(brut, dict):
        yield "le fichier nomme des outils"
        return
    for code, outil in brut.items():
        if not isinstance(outil, dict) or outil.keys() != {"nom", "source", "rubriques"}:
            yield f"{code}\u202f: nom, source et rubriques, rien d’autre"
            continue
        for cle, rubrique in outil["rubriques"].items():
            for erreur in _erreurs_de_rubrique(cle, rubrique):
                yield f"{code}, {cle}\u202f: {erreur}"


def _erreurs_de_rubrique(cle: str, rubrique: Any) -> Iterator[str]:
    if cle not in UNITES:
        yield "liste inconnue"
        return
    if not isinstance(rubrique, dict) or rubrique.keys() != {"nom", "categories", "correspondances"}:
        yield "nom, categories et correspondances, rien d’autre"
        return
    for valeur, suite in rubrique["correspondances"].items():
        lue = suite if isinstance(suite, dict) else {"vers": suite}
        if lue.keys() - {"vers", "a_valider"} and lue.keys() != {"pourquoi"}:
            yield f"{valeur}\u202f: vers (et a_valider), ou pourquoi"
        elif "pourquoi" not in lue and lue.get("vers") not in rubrique["categories"]:
            yield f"{valeur}\u202f: «\u202f{lue.get('vers')}\u202f» n’est pas une catégorie"
    if cle not in OUVERTES:
        attendues = set(LISTES[cle].values)
        for valeur in sorted(attendues ^ set(rubrique["correspondances"])):
            yield f"{valeur}\u202f: {'oubliée' if valeur in attendues else 'inconnue'}"


def lire_categories(
    filtre: Filtre, options: Options, unite: Unite | None
) -> list[tuple[Outil, list[tuple[Rubrique, list[Ligne]]]]]:
    """Each tool's lists with their numbers; two statements, two more for the public of a calendar year."""
    total, _ = lire(filtre, communes=False)
    comptes = _notres(total, options)
    if unite and annee_civile(filtre.periode):
        comptes |= _public(filtre, unite)
    return [
        (outil, [(r, list(_lignes(r, comptes[r.cle]))) for r in outil.rubriques if r.cle in comptes])
        for outil in outils()
    ]


# Of a list, each of our values: its code in the table, its name, its number.
Notres = list[tuple[str, str, int | None]]


def _notres(total: Chiffres, options: Options) -> dict[str, Notres]:
    comptes = total.repartitions
    themes = {str(t.pk): t for t in options.themes.values()}
    lus: dict[str, Notres] = {
        "themes": [(themes[c].code, themes[c].nom, n) for c, n in comptes["themes"].items() if c],
        "partenaires": _partenaires(comptes["partenaires"], options),
    }
    for cle in ("issues", "canaux", "aides"):
        lus[cle] = [(c, str(LISTES[cle](c).label) if c else "", n) for c, n in comptes[cle].items()]
    return lus


def _partenaires(comptes: Mapping[str, int], options: Options) -> Notres:
    """National partners by name, the local ones in one line: one of them may bear a national one's name."""
    lus: Notres = []
    locaux = []
    for cle, n in comptes.items():
        partenaire = options.partenaires.get(cle)
        if not cle:
            lus.append(("", "", n))
        elif partenaire and partenaire.association_id is None:
            lus.append((partenaire.nom, partenaire.nom, n))
        else:
            locaux.append(n)
    if locaux:
        nom = compte(len(locaux), "partenaire local,partenaires locaux")
        lus.append((LOCAUX, nom, sum(locaux)))
    return lus


def _public(filtre: Filtre, unite: Unite) -> dict[str, Notres]:
    """The public, masked as in yearly accounts; who said nothing counts as « non communiqué »."""
    lus: dict[str, Notres] = {}
    for table in lire_tables(Filtre(filtre.periode, None), unite):
        codes = {str(nom): code for code, nom in PUBLIC[table["code"]].choices} | {NON_RENSEIGNE: "nc"}
        lus[table["code"]] = [(codes[x["nom"]], x["nom"], x["nombre"]) for x in table["lignes"]]
    return lus


def _lignes(rubrique: Rubrique, notres: Notres) -> Iterator[Ligne]:
    """The categories in the tool's order, then what goes into none."""
    vers: dict[str, list[tuple[str, int | None, bool]]] = {code: [] for code in rubrique.categories}
    rangs = {code: rang for rang, code in enumerate(rubrique.correspondances)}
    restes: dict[str, list[tuple[str, int | None]]] = {}
    for code, nom, n in sorted(notres, key=lambda x: rangs.get(x[0], len(rangs))):
        suite = rubrique.correspondances.get(code)
        if suite and suite.vers:
            vers[suite.vers].append((nom, n, suite.a_valider))
        elif n != 0:  # what is masked has its line as well
            pourquoi = suite.pourquoi if suite else _sans_suite(rubrique.cle, code)
            restes.setdefault(pourquoi, []).append((nom, n))
    for code, nom in rubrique.categories.items():
        siens = vers[code]
        etat = A_VALIDER if any(doute for *_, doute in siens) else ""
        yield Ligne(code, nom, _somme(n for _, n, _ in siens), tuple(x for x, *_ in siens), etat)
    for pourquoi, lus in restes.items():
        noms = tuple(nom for nom, _ in lus if nom)
        yield Ligne("", SANS_EQUIVALENT, _somme(n for _, n in lus), noms, pourquoi)


def _sans_suite(cle: str, code: str) -> str:
    """Why the table says nothing of a value."""
    if not code:
        return NON_DIT.get(cle, AJOUTEE)
    return DES_LOCAUX if code == LOCAUX else AJOUTEE


def _somme(nombres: Iterable[int | None]) -> int | None:
    """None as soon as one of them is masked."""
    lus = list(nombres)
    return None if None in lus else sum(n for n in lus if n is not None)


def lignes(lus: Iterable[tuple[Outil, list[tuple[Rubrique, list[Ligne]]]]]) -> Iterator[tuple[Cellule, ...]]:
    """All tools as rows of one spreadsheet."""
    for outil, rubriques in lus:
        for rubrique, siennes in rubriques:
            for x in siennes:
                nombre = MASQUE if x.nombre is None else x.nombre
                notres = ", ".join(x.notres)
                yield outil.nom, rubrique.nom, x.code, x.nom, nombre, UNITES[rubrique.cle], notres, x.etat
