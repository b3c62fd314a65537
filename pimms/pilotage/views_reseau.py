"""The network's dashboard: the figures of all one's points, or of those chosen among them."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accueil.acces import Requete, reserve_a
from accueil.filtres import CHOISIS, Options
from pimms.pilotage.champ import Champ, lire_champ_reseau
from pimms.pilotage.dossiers import compter
from pimms.pilotage.fichiers import servir
from pimms.pilotage.reseau import lire_conformite, lire_points
from pimms.pilotage.tableau import DEFINITIONS, lire_tableau, public
from pimms.pilotage.views_tableau import carte_de_satisfaction, carte_des_mediations, du_filtre
from pimms.socle.budgets import BudgetDepasse
from pimms.socle.masques import SEUIL
from pimms.socle.periodes import UN_JOUR, par_mois
from qualite.evaluation import Cadre
from qualite.lecture_satisfaction import Resultats, resultats

GABARIT = "pilotage/reseau/page.html"
DU_RESEAU = (
    "Points\u202f: ceux du filtre qui vous sont ouverts, dans l’ordre de leur nom, sans classement.",
    "Points semblables\u202f: ceux du réseau de même nature et de même taille d’équipe. La médiane en "
    "a autant de chaque côté\u202f; «\u202fhabituel\u202f» dit la moitié du milieu. Rien sous cinq points.",
    "Sans saisie\u202f: les points ouverts, sans fermeture annoncée, dont la dernière visite a plus de sept "
    "jours.",
    f"Public\u202f: des mois entiers seulement, sans liste derrière\u202f; les réponses de moins de {SEUIL} "
    "visites sont regroupées, avec d’autres au besoin.",
)


plusieurs_points = reserve_a(lambda p: p.reseau or bool(p.associations))


@plusieurs_points
@require_safe
def reseau(request: Requete) -> HttpResponse:
    """The figures of several points over the filter's period, and what each of them did."""
    return render(request, *composer(request))


def composer(request: Requete) -> tuple[str, dict[str, Any]]:
    """The template of the page and all that it shows."""
    options = Options(request.user)
    champ, formulaire = lire_champ_reseau(request.GET, options)
    contexte = du_filtre(champ, formulaire) | {
        "perimetre": _en_mots(champ, options),
        "choix": [(p, p.code in _choisis(champ)) for p in options.points.values()],
        "reseau": options.portee.reseau,
    }
    try:
        tableau = lire_tableau(champ, options, avec_public=False, par_point=True)
    except BudgetDepasse:
        return GABARIT, contexte | {"trop_long": True}
    contexte |= {
        "tableau": tableau,
        "definitions": (*DEFINITIONS, *DU_RESEAU),
        "points": lire_points(champ, options, tableau.total.par_point),
        "public": _public(champ) and public(tableau.total, SEUIL),
        "mois_entiers": _mois_entiers(champ, options),
    }
    if not champ.filtre.selectif:
        contexte |= _hors_visites(request, champ, options)
    return GABARIT, contexte


@plusieurs_points
@require_safe
def fichier(request: Requete, quoi: str, sorte: str) -> HttpResponse:
    """The page's figures, or one of its charts, as a file."""
    _, lu = composer(request)
    if "tableau" not in lu:
        raise Http404
    return servir(
        quoi,
        sorte,
        lu["tableau"],
        lu["champ"],
        request.user,
        lu["perimetre"],
        lu["definitions"],
        lu["points"].lignes,
    )


def _en_mots(champ: Champ, options: Options) -> str:
    if champ.filtre.point:
        return champ.filtre.point.nom
    if champ.filtre.perimetre:
        return ", ".join(mots for *_, mots in champ.filtre.perimetre)
    return "tout le réseau" if champ.filtre.points is None else f"vos {len(options.points)} points"


def _choisis(champ: Champ) -> set[str]:
    """Codes of the points chosen one by one."""
    return {code for cle, valeur, _ in champ.filtre.perimetre if cle == CHOISIS for code in valeur.split(".")}


def _public(champ: Champ) -> bool:
    """Whether the public may be told: over whole months, of all the points of a place or of an association.

    Two periods that differ by a day, or two sets that differ by a point, would tell of a few by subtraction.
    """
    entiers, restes = par_mois(champ.filtre.periode)
    choisis = champ.filtre.point or any(cle == CHOISIS for cle, *_ in champ.filtre.perimetre)
    return bool(entiers) and not restes and not choisis and not champ.filtre.selectif


def _mois_entiers(champ: Champ, options: Options) -> str:
    """The address of the same page over the twelve whole months before this one."""
    ce_mois = options.aujourdhui(champ.point).replace(day=1)
    du, au = ce_mois.replace(year=ce_mois.year - 1), ce_mois - UN_JOUR
    return f"?{champ.url('periode', 'du', 'au', du=du.isoformat(), au=au.isoformat())}"


def _hors_visites(request: Requete, champ: Champ, options: Options) -> dict[str, Any]:
    """What no filter on visits narrows: cases, satisfaction, conformity."""
    filtre = champ.filtre
    points = filtre.points
    cles = frozenset(p.pk for p in options.points.values()) if points is None else points
    cadre = Cadre.du(timezone.localdate())
    dossiers = compter(request.user, points, options.aujourdhui(champ.point), filtre.periode)
    seuil = cadre.seuils["satisfaction_reponses"]
    avis = _ensemble(resultats(cles, filtre.periode, seuil).values(), seuil)
    return {
        "dossiers": dossiers,
        "avis": avis,
        "conformite": lire_conformite(cadre, cles),
        "mois": cadre.seuils["registres_periode"],
        "cartes": [
            carte_des_mediations(dossiers, f"{reverse('dossiers')}?vue=a_revoir"),
            carte_de_satisfaction(avis),
        ],
    }


def _ensemble(par_point: Iterable[Resultats], seuil: int) -> Resultats:
    """The answers of all these points together."""
    total: Counter[int] = Counter()
    for resultat in par_point:
        total.update(resultat.par_visage)
    return Resultats(dict(total), seuil)
