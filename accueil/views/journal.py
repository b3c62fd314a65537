"""The journal of visits: list by pages, totals loaded apart, both for the filter held in the URL."""

from itertools import groupby
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accueil.acces import Requete, lecteurs_seulement
from accueil.filtres import Filtre, Options
from accueil.forms.journal import lire_filtre
from accueil.gestes import proposer
from accueil.indicateurs import totaliser
from accueil.pages_journal import EXPLOREES, lire_page
from pimms.socle.budgets import BudgetDepasse
from pimms.socle.curseurs import Curseur, CurseurIllisible
from pimms.socle.typographie import duree

CURSEUR_ILLISIBLE = "L’adresse de cette page est incomplète : voici les visites les plus récentes."


def _curseur(request: Requete) -> Curseur | None:
    """The position in the URL; the first page, with a word about it, when it cannot be read."""
    texte = request.GET.get("curseur", "")
    if not texte:
        return None
    try:
        return Curseur.lire(texte)
    except CurseurIllisible:
        messages.warning(request, CURSEUR_ILLISIBLE)
        return None


@lecteurs_seulement
@require_safe
def journal(request: Requete) -> HttpResponse:
    """Visits of the filter, newest first, 50 a page."""
    options = Options(request.user)
    filtre, formulaire = lire_filtre(request.GET, options)
    curseur = _curseur(request)
    page = lire_page(filtre, options.utilisateur, curseur)
    proposer(options.utilisateur, page.visites)
    contexte = _contexte(filtre, options) | {
        "form": formulaire,
        "page": page,
        "jours": [(jour, list(visites)) for jour, visites in groupby(page.visites, key=lambda v: v.jour)],
        "premiere_page": curseur is None,
        "precedent": page.precedent and f"?{filtre.url(curseur=page.precedent)}",
        "suivant": page.suivant and f"?{filtre.url(curseur=page.suivant)}",
        "explorees": EXPLOREES,
        "retour": urlencode({"de": "journal", "filtre": request.GET.urlencode()}),
    }
    return render(request, "accueil/journal/page.html", contexte)


def _contexte(filtre: Filtre, options: Options) -> dict:
    """What the page and the totals say of the filter."""
    return {
        "filtre": filtre,
        "url_filtre": filtre.url(),
        "actifs": [
            {"libelle": libelle, "valeur": valeur, "sans": f"?{filtre.url(cle)}"}
            for cle, libelle, valeur in filtre.mots()
        ],
        "perimetre": _perimetre(filtre, options),
        "plusieurs_points": filtre.point is None,
        "travaille_a": options.portee.points_de_role,
        "gere": options.portee.points_de_responsable,
    }


def _perimetre(filtre: Filtre, options: Options) -> str:
    if filtre.point:
        return filtre.point.nom
    return "tout le réseau" if filtre.points is None else f"{len(filtre.points)} points"


@lecteurs_seulement
@require_safe
def totaux(request: Requete) -> HttpResponse:
    """The figures of the filter, apart from the list, which does not wait for them."""
    options = Options(request.user)
    filtre, _ = lire_filtre(request.GET, options)
    contexte = _contexte(filtre, options)
    try:
        sommes = totaliser(filtre)
        contexte["totaux"] = sommes
        contexte["estimees"] = f"dont {duree(sommes.minutes_estimees)} estimées"
    except BudgetDepasse:
        contexte["trop_long"] = True
    gabarit = "_totaux.html" if request.htmx else "totaux.html"
    reponse = render(request, f"accueil/journal/{gabarit}", contexte)
    patch_vary_headers(reponse, ["HX-Request"])
    return reponse
