"""What was done for a partner, at a set of points over a period: the same numbers as its signed report."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.http import QueryDict

from accueil.chiffres import lire
from accueil.filtres import PERIMETRES, Filtre, Options
from accueil.forms.journal import FiltreForm, noms
from accueil.forms.perimetre import choisir
from pimms.socle.budgets import budget
from pimms.socle.exports import Cellule, Colonne
from pimms.socle.periodes import mois_finissant_le
from qualite.rapports.bilan_public import Unite
from qualite.rapports.commande import MOIS_MAX
from qualite.rapports.compte_rendu import SEUIL, compter, montrer
from qualite.rapports.dessins import courbe_du_partenaire

BUDGET = 3_000  # milliseconds: past it, the signed report, which a task makes, is the way
TROP_LONGUE = f"{MOIS_MAX} mois au plus, comme dans le compte rendu\u202f: la période n’est pas appliquée."
SANS_OBJET = ("theme", "registre", "issue", "aide", "canal", "semaine", "heure", "auteur", "annulees")
MASQUE = "masqué"
SANS_LISTE = "Aucune liste de visites derrière ces chiffres."
ANNULEES = "Les visites annulées ne comptent nulle part."
DEFINITIONS = (
    "Demandes\u202f: celles où ce partenaire est noté. Visites\u202f: celles qui en portent une au moins.",
    "Résolues sur place\u202f: les demandes dont le résultat est «\u202fRésolu\u202f».",
    f"«\u202fMasqué\u202f»\u202f: de 1 à {SEUIL - 1}\u202f; d’autres nombres le sont avec lui, pour qu’aucun "
    "total de ce compte ne le redonne. Zéro est montré.",
    "Thèmes, résultats, canaux et mois comptent des services et ne décrivent personne\u202f: ils se lisent "
    "sur toute période et tous points, et deux comptes voisins peuvent se retrancher l’un de l’autre.",
    "Du public, l’âge seul est donné, sur une année civile finie, pour un point, une association ou le "
    f"réseau\u202f; moins de {SEUIL} visites y sont masquées pour tous à la fois, et ne se retrouvent par "
    "aucun autre compte.",
    SANS_LISTE,
    ANNULEES,
)
DE_LA_LISTE = (
    "Demandes\u202f: celles où ce partenaire est noté. Un partenaire sans demande sur la période n’y est "
    "pas.",
    f"«\u202fMasqué\u202f»\u202f: de 1 à {SEUIL - 1} demandes, comme dans le compte de ce partenaire. Rien "
    "ici ne décrit le public.",
    ANNULEES,
)
COLONNES = (
    Colonne("rubrique", 26),
    Colonne("ligne", 34),
    Colonne("unité", 12),
    Colonne("valeur", 12),
    Colonne("un an avant", 12),
)


class PartenaireForm(FiltreForm):
    """The partner, the period, the points: no condition that cuts a partner's figures smaller."""

    DEFAUT = "12_mois"
    PLUSIEURS = True

    def __init__(self, data: QueryDict, options: Options) -> None:
        super().__init__(data, options)
        for nom in SANS_OBJET if len(options.points) > 1 else (*SANS_OBJET, *PERIMETRES):
            self.fields.pop(nom, None)
        self.fields["partenaire"] = choisir("Partenaire", lambda: noms(options.partenaires))
        self.order_fields(["periode", "partenaire", "du", "au"])

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        du, au = donnees.get("du"), donnees.get("au")
        if du and du < mois_finissant_le(au or self._aujourdhui(), MOIS_MAX).du:
            self.add_error("du", TROP_LONGUE)
        return donnees


class CategoriesForm(PartenaireForm):
    """The period and the points: every partner is counted under its own category."""

    def __init__(self, data: QueryDict, options: Options) -> None:
        super().__init__(data, options)
        del self.fields["partenaire"]


def lire_compte(filtre: Filtre, unite: Unite | None) -> dict[str, Any]:
    """The partner's figures, months as days, and the curve that its report draws. Raises BudgetDepasse when
    too much is covered."""
    with budget(BUDGET):
        compte = compter(filtre, unite)
    compte["mois"] = [m | {"mois": date.fromisoformat(m["mois"])} for m in compte["mois"]]
    return compte | {"courbe": courbe_du_partenaire(compte)}


def par_partenaire(filtre: Filtre, options: Options) -> list[tuple[Any, int | None]]:
    """Each partner with its requests over the period, masked as in its account: the most asked for first,
    those masked last, in the order of names; none without any."""
    total, _ = lire(filtre, communes=False)
    comptes = total.repartitions["partenaires"]
    lus = [(p, montrer(comptes[cle])) for cle, p in options.partenaires.items() if comptes.get(cle)]
    return sorted(lus, key=lambda ligne: -(ligne[1] or 0))


def lignes(compte: dict[str, Any]) -> Iterator[tuple[Cellule, ...]]:
    """The account as rows of a spreadsheet."""
    for x in compte["chiffres"]:
        unite = "visites" if x["code"] == "visites" else "demandes"
        avant = None if x["code"] == "resolues" else _cellule(x["avant"])
        yield "Chiffres de la période", x["nom"], unite, _cellule(x["valeur"]), avant
    for unite in ("visites", "demandes"):
        for m in compte["mois"]:
            yield f"{unite.capitalize()} par mois", m["mois"], unite, _cellule(m[unite]), None
    for table in compte["tables"]:
        unite = table["unite"].lower()
        for ligne in table["lignes"]:
            yield f"Par {table['titre'].lower()}", ligne["nom"], unite, _cellule(ligne["nombre"]), None


def lignes_de_la_liste(lues: Iterable[tuple[Any, int | None, str]]) -> Iterator[tuple[Cellule, ...]]:
    """Each partner with its requests, as rows."""
    for partenaire, n, _ in lues:
        yield "Demandes par partenaire", partenaire.nom, "demandes", _cellule(n), None


def _cellule(nombre: int | None) -> Cellule:
    return MASQUE if nombre is None else nombre
