"""A dashboard's figures as a file: all of them, or those of one chart, read as the page reads them."""

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from accueil.models import Utilisateur
from pimms.pilotage.carte import Carte, traces
from pimms.pilotage.champ import Champ
from pimms.pilotage.fichiers_hors_visites import hors_visites
from pimms.pilotage.reseau import Ligne
from pimms.pilotage.tableau import Tableau as Page
from pimms.socle.exports import Cellule, Colonne, Pourcentage, Tableau, ecrire_csv, ecrire_xlsx
from pimms.socle.graphiques import Chaleur, Courbe, Repartition
from pimms.socle.typographie import date_longue, heure

TOUT = "chiffres"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml",
}
COLONNES = (
    Colonne("rubrique", 24),
    Colonne("ligne", 34),
    Colonne("unité", 16),
    Colonne("valeur", 12),
    Colonne("part (%)", 10),
    Colonne("période comparée", 16),
)
# Drawn outside a page, an image reads no style sheet: the light theme's own values.
ENCRES = {"encre": "#1d2530", "gris": "#5b6572"}
# Of the map: no point, points without a visit, then the classes of value.
CLASSES: dict[int | str, str] = {
    "vide": "#f1ece4", 0: "#fbf9f5",
    1: "#d3e5e3", 2: "#a5cbc8", 3: "#6fa9a6", 4: "#37807f", 5: "#0b5a5e",
}  # fmt: skip

LARGEUR_MIN = 620  # under which a subtitle would be cut

Dessin = Courbe | Chaleur | Repartition | Carte


def dessins(page: Page) -> dict[str, Dessin]:
    """The charts of a dashboard, by the name that their address gives; the public's are not given away."""
    trouves: dict[str, Dessin | None] = {"courbe": page.courbe, "chaleur": page.chaleur}
    return {nom: dessin for nom, dessin in (trouves | page.repartitions).items() if dessin}


def servir(quoi: str, sorte: str, lu: Mapping[str, Any], acteur: Utilisateur, perimetre: str) -> HttpResponse:
    """The file asked for, of what a page shows. Raises Http404 for a chart that it doesn't, or without such a
    file."""
    page, champ, points = lu["tableau"], lu["champ"], lu.get("points")
    tous = dessins(page) | ({"carte": points.carte} if points else {})
    if sorte not in TYPES or (quoi not in tous and (quoi != TOUT or sorte == "svg")):
        raise Http404
    if sorte == "svg":
        contenu = _en_svg(tous[quoi], perimetre, champ).encode()
    else:
        choisis = tous if quoi == TOUT else {quoi: tous[quoi]}
        lignes = [*(_chiffres(page) if quoi == TOUT else ()), *_lignes(choisis)]
        if quoi == TOUT:
            lignes += [*hors_visites(lu), *(_des_points(points.lignes) if points else ())]
        entete = _entete(champ, acteur, perimetre, lu["definitions"])
        contenu = en_table(sorte, Tableau("Tableau de bord PIMMS", entete, COLONNES, lignes, "Chiffres"))
    return donner(quoi, sorte, contenu)


def donner(nom: str, sorte: str, contenu: bytes) -> HttpResponse:
    """The answer that gives a file out."""
    reponse = HttpResponse(contenu, content_type=TYPES[sorte])
    jour = timezone.localdate().isoformat()
    reponse["Content-Disposition"] = f'attachment; filename="pimms-{nom}-{jour}.{sorte}"'
    return reponse


def _entete(
    champ: Champ, acteur: Utilisateur, perimetre: str, definitions: Iterable[str]
) -> list[tuple[str, str]]:
    """Who, when, which filters, and what is counted."""
    comparee = champ.avant.en_mots() if champ.avant else "aucune"
    return [
        *qui_et_quand(acteur),
        ("Points", perimetre),
        ("Période", champ.filtre.periode_en_mots),
        ("Période comparée", comparee),
        *((libelle, valeur) for _, libelle, valeur in champ.filtre.mots()),
        *(("Ce qui est compté", definition) for definition in definitions),
    ]


def qui_et_quand(acteur: Utilisateur) -> list[tuple[str, str]]:
    """The first lines of any file of figures."""
    maintenant = timezone.localtime()
    jour = date_longue(maintenant.date(), avec_annee=True)
    return [("Demandé par", str(acteur)), ("Fait le", f"{jour} à {heure(maintenant)} (Paris)")]


def _chiffres(page: Page) -> Iterator[tuple[Cellule, ...]]:
    """The key figures, as numbers."""
    avant = page.precedent
    for nom, unite, champ in (
        ("Visites", "visites", "visites"),
        ("Demandes", "demandes", "demandes"),
        ("Demandes résolues", "demandes", "resolues"),
        ("Passages", "passages", "passages"),
        ("Temps d’accueil", "minutes", "minutes"),
        ("dont estimé", "minutes", "minutes_estimees"),
    ):
        valeur = getattr(page.total, champ)
        yield "Chiffres de la période", nom, unite, valeur, None, getattr(avant, champ) if avant else None


def _lignes(choisis: Mapping[str, Dessin]) -> Iterator[tuple[Cellule, ...]]:
    for dessin in choisis.values():
        yield from _LECTURES[type(dessin)](dessin)


def _de_courbe(courbe: Courbe) -> Iterator[tuple[Cellule, ...]]:
    for moment in courbe.moments:
        yield courbe.titre, moment.debut or moment.libelle, courbe.unite, moment.valeur, None, moment.avant


def _de_chaleur(chaleur: Chaleur) -> Iterator[tuple[Cellule, ...]]:
    for jour, valeurs in chaleur.lignes:
        for nom, valeur in zip(chaleur.colonnes, valeurs, strict=True):
            yield chaleur.titre, f"{jour} {nom}", chaleur.unite, valeur, None, None


def _de_repartition(repartition: Repartition) -> Iterator[tuple[Cellule, ...]]:
    for part in repartition.parts:
        yield repartition.titre, part.libelle, repartition.unite, part.valeur, Pourcentage(part.part), None


def _de_carte(carte: Carte) -> Iterator[tuple[Cellule, ...]]:
    for lieu in carte.lieux.values():
        nom = f"{lieu.nom} ({lieu.code})"
        for unite in ("points", "visites", "demandes"):
            yield carte.titre, nom, unite, getattr(lieu, unite), None, None


_LECTURES: dict[type, Callable[[Any], Iterator[tuple[Cellule, ...]]]] = {
    Carte: _de_carte,
    Courbe: _de_courbe,
    Chaleur: _de_chaleur,
    Repartition: _de_repartition,
}


def _des_points(points: Iterable[Ligne]) -> list[tuple[Cellule, ...]]:
    """What each point did, in the order of names."""
    return [
        (f"{ligne.point.nom} ({ligne.point.code})", nom, unite, getattr(ligne.sommes, champ), None, None)
        for ligne in points
        for nom, unite, champ in (
            ("Visites", "visites", "visites"),
            ("Demandes", "demandes", "demandes"),
            ("Demandes résolues", "demandes", "resolues"),
            ("Temps d’accueil", "minutes", "minutes"),
        )
    ]


def en_table(sorte: str, tableau: Tableau) -> bytes:
    """A table as CSV or as a workbook."""
    if sorte == "csv":
        sortie = io.BytesIO()
        ecrire_csv(sortie, tableau)
        return sortie.getvalue()
    with tempfile.TemporaryDirectory(prefix="pimms-") as dossier:
        chemin = Path(dossier) / "chiffres.xlsx"
        ecrire_xlsx(chemin, tableau)
        return chemin.read_bytes()


def _formes(carte: Carte) -> dict[str, Any]:
    """The map's outlines with their colours, which a page takes from its style sheet."""
    dessins = traces()
    return {
        "formes": [(dessins[code], CLASSES["vide"]) for code in carte.vides]
        + [(dessins[lieu.code], CLASSES[lieu.niveau]) for lieu in carte.pleins],
        "couronne": [(dessins[c], CLASSES[lieu.niveau if lieu else "vide"]) for c, lieu in carte.couronne],
        "carres": [(i, CLASSES[i.lieu.niveau if i.lieu else "vide"]) for i in carte.outre_mer],
        "legende": [(CLASSES[niveau], bornes) for niveau, bornes in carte.legende],
    }


def _en_svg(dessin: Dessin, perimetre: str, champ: Champ) -> str:
    sorte = type(dessin).__name__.lower()
    contexte = {
        "dessin": dessin,
        "largeur": max(getattr(dessin, "largeur", 0) + 20, LARGEUR_MIN),
        "sous_titre": f"{perimetre}, {champ.filtre.periode.en_mots()}",
        "encres": ENCRES,
    }
    if isinstance(dessin, Carte):
        contexte |= _formes(dessin)
    return render_to_string(f"composants/graphiques/fichiers/{sorte}.svg", contexte)
