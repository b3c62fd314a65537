"""What is told to others: a partner's account, and our figures in the words of other tools."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accueil.acces import Requete, encadrants_seulement
from accueil.confirmation import confirmee
from accueil.filtres import CHOISIS as POINTS
from accueil.filtres import Filtre, Options
from accueil.forms.journal import FiltreForm, lire_filtre
from pimms.pilotage import categories as correspondances
from pimms.pilotage.fichiers import donner, en_table, qui_et_quand
from pimms.pilotage.partenaires import (
    COLONNES,
    DE_LA_LISTE,
    DEFINITIONS,
    CategoriesForm,
    PartenaireForm,
    lignes,
    lignes_de_la_liste,
    lire_compte,
    par_partenaire,
)
from pimms.pilotage.perimetre import en_mots, unite_de
from pimms.socle.budgets import BudgetDepasse
from pimms.socle.exports import Tableau
from pimms.socle.periodes import PRESELECTIONS
from qualite.forms.rapports import CHOISIS
from qualite.models import Rapport
from qualite.rapports.bilan_public import RESEAU, Unite, annee_civile

LONGUES = ("mois_dernier", "12_mois")  # a partner's figures over a week are all masked


@encadrants_seulement
@require_safe
def partenaires(request: Requete) -> HttpResponse:
    """Every partner with its requests, or what was done for the chosen one."""
    lu = composer(request)
    gabarit = "compte" if lu["filtre"].partenaire else "liste"
    return render(request, f"pilotage/partenaires/{gabarit}.html", lu)


@encadrants_seulement
@require_safe
@confirmee
def fichier(request: Requete, sorte: str) -> HttpResponse:
    """What the page shows as a spreadsheet."""
    lu = composer(request)
    if sorte not in ("csv", "xlsx") or "trop_long" in lu:
        raise Http404
    partenaire = lu["filtre"].partenaire
    entete = [
        *qui_et_quand(request.user),
        ("Partenaire", partenaire.nom if partenaire else "tous"),
        ("Points", lu["perimetre"]),
        ("Période", lu["filtre"].periode_en_mots),
        *(("Ce qui est compté", definition) for definition in lu["definitions"]),
    ]
    titre = f"Compte rendu à {partenaire.nom}" if partenaire else "Demandes par partenaire"
    lues = lignes(lu["compte"]) if partenaire else lignes_de_la_liste(lu["lignes"])
    return donner("partenaires", sorte, en_table(sorte, Tableau(titre, entete, COLONNES, lues, "Chiffres")))


@encadrants_seulement
@require_safe
def categories(request: Requete) -> HttpResponse:
    """Our figures under the categories of the tools where they are told again."""
    return render(request, "pilotage/partenaires/categories.html", composer_categories(request))


@encadrants_seulement
@require_safe
@confirmee
def categories_fichier(request: Requete, sorte: str) -> HttpResponse:
    """The same, all tools in one spreadsheet."""
    if sorte not in ("csv", "xlsx"):
        raise Http404
    lu = composer_categories(request)
    entete = [
        *qui_et_quand(request.user),
        ("Points", lu["perimetre"]),
        ("Période", lu["filtre"].periode_en_mots),
        *((f"Source, {outil.nom}", outil.source) for outil, _ in lu["outils"]),
        *(("Ce qui est compté", definition) for definition in lu["definitions"]),
    ]
    lues = correspondances.lignes(lu["outils"])
    table = Tableau("Nos chiffres, par outil", entete, correspondances.COLONNES, lues, "Catégories")
    return donner("categories", sorte, en_table(sorte, table))


def composer_categories(request: Requete) -> dict[str, Any]:
    """All that the page of categories shows; its file reads the same."""
    options = Options(request.user)
    filtre, formulaire = lire_filtre(request.GET, options, CategoriesForm)
    unite = unite_de(filtre, options)
    return _du_filtre(filtre, formulaire, options) | {
        "outils": correspondances.lire_categories(filtre, options, unite),
        "definitions": correspondances.DEFINITIONS,
        "sans_public": not (unite and annee_civile(filtre.periode)),
    }


def composer(request: Requete) -> dict[str, Any]:
    """All that a partner's page shows; its file reads the same."""
    options = Options(request.user)
    filtre, formulaire = lire_filtre(request.GET, options, PartenaireForm)
    contexte = _du_filtre(filtre, formulaire, options) | {"definitions": DEFINITIONS}
    if not filtre.partenaire:
        lus = [(p, n, filtre.url(partenaire=str(p.pk))) for p, n in par_partenaire(filtre, options)]
        return contexte | {
            "definitions": DE_LA_LISTE,
            "lignes": lus,
            "nationaux": [ligne for ligne in lus if ligne[0].association_id is None],
            "locaux": [ligne for ligne in lus if ligne[0].association_id is not None],
        }
    unite = unite_de(filtre, options)
    try:
        contexte["compte"] = lire_compte(filtre, unite)
    except BudgetDepasse:
        contexte["trop_long"] = True
    return contexte | {
        "rapport": _rapport(options, filtre, unite),
        "ages_a_part": not (unite and annee_civile(filtre.periode)),
    }


def _du_filtre(filtre: Filtre, formulaire: FiltreForm, options: Options) -> dict[str, Any]:
    """What both pages say of their filter."""
    return {
        "filtre": filtre,
        "url": filtre.url(),
        "form": formulaire,
        "resume": ", ".join(_resume(formulaire, options)) + "…",
        "perimetre": en_mots(filtre, options),
        "periodes": [
            (nom, filtre.url("du", "au", periode=code), code == filtre.preselection)
            for code, nom in PRESELECTIONS
            if code in LONGUES
        ],
        "annee": _annee_civile(filtre, options),
        "choix": _choix(filtre, options),
    }


def _resume(formulaire: FiltreForm, options: Options) -> list[str]:
    """What the form lets one choose."""
    partenaire = ["partenaire"] if "partenaire" in formulaire.fields else []
    return [*partenaire, "dates", *(["points"] if len(options.points) > 1 else [])]


def _choix(filtre: Filtre, options: Options) -> list[tuple[Any, bool]]:
    """The points that may be chosen one by one, where there are several."""
    choisis = {c for cle, valeur, _ in filtre.perimetre if cle == POINTS for c in valeur.split(".")}
    points = options.points.values() if len(options.points) > 1 else ()
    return [(p, p.code in choisis) for p in points]


def _annee_civile(filtre: Filtre, options: Options) -> tuple[int, str, bool]:
    """The last calendar year that has ended: its number, its address, whether it is the one shown."""
    annee = options.aujourdhui(filtre.point).year - 1
    du, au = f"{annee}-01-01", f"{annee}-12-31"
    return (
        annee,
        filtre.url("periode", du=du, au=au),
        annee_civile(filtre.periode) and filtre.periode.du.year == annee,
    )


def _rapport(options: Options, filtre: Filtre, unite: Unite | None) -> str:
    """Where the signed report of these figures is asked for; none for whom may not ask."""
    sujet = _sujet(options, filtre, unite)
    champs = {
        "genre": Rapport.Genre.PARTENAIRE.value,
        "sujet": sujet,
        "partenaire": filtre.partenaire.pk if filtre.partenaire else "",
        "du": filtre.periode.du.isoformat(),
        "au": filtre.periode.au.isoformat(),
    }
    return f"{reverse('rapport_nouveau')}?{urlencode(champs)}" if sujet else ""


def _sujet(options: Options, filtre: Filtre, unite: Unite | None) -> str:
    """These points as the form of reports names them: the network, an association, a point, or several that
    this person answers for, each as their manager or all of one association."""
    portee = options.portee
    if unite == RESEAU:
        return "reseau"
    if unite and unite[0] == "association" and (portee.reseau or unite[1] in portee.associations):
        return f"association-{unite[1]}"
    points = [p for p in options.points.values() if filtre.points is None or p.pk in filtre.points]
    if not points or not all(portee.gere(p) for p in points):
        return ""
    if len(points) == 1:
        return f"point-{points[0].code}"
    une_association = len({p.association_id for p in points}) == 1
    if portee.reseau or une_association or portee.points_de_responsable.issuperset(p.pk for p in points):
        return f"{CHOISIS}{'.'.join(sorted(p.code for p in points))}"
    return ""
