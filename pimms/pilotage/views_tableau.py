"""A point's dashboard: visits, registers, cases, satisfaction, what waits."""

from datetime import date
from typing import Any, cast

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accueil.acces import Requete, lecteurs_seulement, point_courant
from accueil.confirmation import confirmee
from accueil.filtres import MOI, Options
from accueil.models import PointAccueil
from pimms.pilotage.attentes import attentes, de_qui, rappels
from pimms.pilotage.champ import COMPARAISONS, Champ, TableauForm, lire_champ
from pimms.pilotage.definitions import DEFINITIONS, DU_POINT, HORS_VISITES
from pimms.pilotage.dossiers import Comptes, compter, listes
from pimms.pilotage.fichiers import servir
from pimms.pilotage.tableau import Chiffre, lire_tableau
from pimms.socle.budgets import BudgetDepasse
from pimms.socle.periodes import PRESELECTIONS, Periode
from pimms.socle.typographie import compte, date_courte, nombre, pourcentage
from qualite import pages_constats as pages
from qualite.controles.resultat import Seuils
from qualite.echeances import echeances_lisibles
from qualite.evaluation import Cadre
from qualite.lecture_constats import constats_du_point
from qualite.lecture_satisfaction import Resultats, resultats
from qualite.parametres import valeurs_du_jour
from qualite.personnel import encadre
from qualite.validite import plus_mois

ATTENTE_MAX = 6  # lines of what waits; the other findings are one click away


@lecteurs_seulement
@require_safe
def tableau_de_bord(request: Requete) -> HttpResponse:
    """The figures of one point over the filter's period, each with the list behind it."""
    return render(request, *composer(request))


@lecteurs_seulement
@require_safe
@confirmee
def fichier(request: Requete, quoi: str, sorte: str) -> HttpResponse:
    """The page's figures, or one of its charts, as a file."""
    _, lu = composer(request)
    if "trop_long" in lu:
        return fichier_trop_long(request, reverse("tableau_de_bord"), lu["champ"])
    if "tableau" not in lu:
        raise Http404
    return servir(quoi, sorte, lu, request.user, lu["point"].nom)


def fichier_trop_long(request: Requete, page: str, champ: Champ) -> HttpResponse:
    """What is told instead of a file whose filters pass the budget; `page`: the dashboard's address."""
    retour = {"retour": f"{page}?{champ.url()}"}
    return render(request, "pilotage/tableau/fichier_trop_long.html", retour, status=503)


def composer(request: Requete) -> tuple[str, dict[str, Any]]:
    """The template of the page and all that it shows."""
    options, courant = Options(request.user), point_courant(request)
    champ, formulaire = lire_champ(request.GET, options, courant)
    if champ is None:
        points = [(p, reverse("tableau_de_bord") + f"?point={p.code}") for p in options.points.values()]
        return "pilotage/tableau/choisir.html", {"points": points}
    contexte = _contexte(champ, formulaire, options)
    # Who works somewhere changes point in the heading of the page.
    contexte["autre_point"] = courant is None and len(options.points) > 1
    try:
        tableau = lire_tableau(champ, options, avec_public=contexte["y_travaille"])
    except BudgetDepasse:
        return "pilotage/tableau/page.html", contexte | {"trop_long": True}
    contexte |= {"tableau": tableau, "definitions": DEFINITIONS}
    if not champ.filtre.selectif:
        contexte |= _du_point(request, champ) | {"definitions": (*DEFINITIONS, *HORS_VISITES, *DU_POINT)}
    elif tableau.chaleur:
        jour = options.aujourdhui(champ.point)
        contexte["heures"] = note_des_heures(champ.filtre.periode, jour, valeurs_du_jour(jour))
    return "pilotage/tableau/page.html", contexte


def _contexte(champ: Champ, formulaire: TableauForm, options: Options) -> dict[str, Any]:
    """What the page of a point says of its filter."""
    y_travaille = champ.point is not None and champ.point.pk in options.portee.points_de_saisie
    return du_filtre(champ, formulaire) | {
        "y_travaille": y_travaille,
        "point": champ.point,
        "les_miennes": y_travaille and (champ.url(auteur=MOI), champ.url("auteur")),
    }


def du_filtre(champ: Champ, formulaire: TableauForm) -> dict[str, Any]:
    """What any dashboard says of its filter."""
    return {
        "champ": champ,
        "url_fichiers": champ.url(),
        "form": formulaire,
        "resume": "dates, comparaison, canal, thème, partenaire…"
        if champ.point
        else "région, département, association, dates, thème…",
        "periodes": [
            (nom, champ.url("du", "au", periode=code), code == champ.filtre.preselection)
            for code, nom in PRESELECTIONS
        ],
        "compare_nom": dict(COMPARAISONS)[champ.compare],
        "actifs": [
            {"libelle": libelle, "valeur": valeur, "sans": f"?{champ.url(cle)}"}
            for cle, libelle, valeur in champ.filtre.mots()
        ],
    }


def _du_point(request: Requete, champ: Champ) -> dict:
    """What no filter on visits narrows: registers, cases, satisfaction, findings to see to."""
    point, periode = cast(PointAccueil, champ.point), champ.filtre.periode
    cadre = Cadre.sans_textes(point.aujourdhui())
    constats = constats_du_point(point, cadre.exigences)
    pour = de_qui(request.user.portee, point)
    dossiers = compter(request.user, [point], point.aujourdhui(), periode, pour)
    dus = list(rappels(point, dossiers, pour))
    avis = resultats([point.pk], periode, cadre.seuils["satisfaction_reponses"])[point.pk]
    derriere = listes(point.aujourdhui(), periode, {"point": point.code})
    attendues = attentes(request.user.portee, point, cadre, constats)
    un_constat: Any = next(iter(constats.values()), None)
    tuiles = pages.tuiles(cadre.exigences, constats, cadre.seuils["registres_repere"])
    return {
        "dossiers": dossiers,
        "listes": derriere,
        "ages": [(*age, url) for age, url in zip(dossiers.par_age, derriere.par_age, strict=True)],
        "heures": note_des_heures(periode, point.aujourdhui(), cadre.seuils),
        "avis": avis,
        "tuiles": tuiles,
        "deployes": sum(t.deploye for t in tuiles),
        "seuil": cadre.seuils["registres_seuil_point"],
        "mois": cadre.seuils["registres_periode"],
        "calcule_le": un_constat and un_constat.calcule_le,
        "echeances": echeances_lisibles(request.user.portee, point, cadre.seuils),
        "encadre": encadre(request.user.portee, point),
        "rappels": dus,
        "attentes": attendues[: ATTENTE_MAX - len(dus)],
        "attentes_total": len(attendues),
        "cartes": [
            carte_des_mediations(dossiers, derriere.ouverts),
            carte_de_satisfaction(
                avis, f"{reverse('satisfaction_point', args=[point.code])}?du={periode.du}&au={periode.au}"
            ),
        ],
    }


def carte_des_mediations(dossiers: Comptes, url: str = "") -> Chiffre:
    """Cases opened; `url`: the list of them."""
    tardifs = dossiers.a_revoir
    return Chiffre(
        "Médiations ouvertes",
        nombre(dossiers.ouverts),
        f"{compte(tardifs, 'dossier')} à revoir" if tardifs else "rien à revoir",
        "ocre" if tardifs else "",
        url,
    )


def carte_de_satisfaction(avis: Resultats, url: str = "") -> Chiffre:
    """The rate, where there are answers enough for one."""
    return Chiffre(
        "Satisfaction",
        "–" if avis.taux is None else pourcentage(avis.taux),
        compte(avis.nombre, "réponse") + ("" if avis.suffit else f", taux dès {avis.seuil}"),
        url=url,
    )


def note_des_heures(periode: Periode, jour: date, seuils: Seuils) -> str:
    """What to say beside the hours of a period whose first days hold coarser ones."""
    limite = plus_mois(jour, -seuils["conservation_notes"])
    if periode.du >= limite:
        return ""
    return (
        f"Avant le {date_courte(limite)}, l’heure n’est gardée que par tranches de quatre heures\u202f: ces "
        "visites comptent au début de la leur."
    )
