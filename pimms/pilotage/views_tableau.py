"""A point's dashboard: visits, registers, cases, satisfaction, what waits."""

from typing import Any, cast

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accueil.acces import Portee, Requete, lecteurs_seulement, point_courant
from accueil.confirmation import confirmee
from accueil.filtres import MOI, Options
from accueil.models import PointAccueil
from pimms.pilotage.champ import COMPARAISONS, Champ, TableauForm, lire_champ
from pimms.pilotage.dossiers import Comptes, compter
from pimms.pilotage.echeances import lire_echeances
from pimms.pilotage.fichiers import servir
from pimms.pilotage.tableau import DEFINITIONS, Chiffre, lire_tableau
from pimms.socle.budgets import BudgetDepasse
from pimms.socle.periodes import PRESELECTIONS
from pimms.socle.typographie import compte, nombre, pourcentage
from qualite import pages_constats as pages
from qualite.evaluation import Cadre
from qualite.lecture_constats import constats_du_point, ecartee, retenir
from qualite.lecture_satisfaction import Resultats, resultats
from qualite.models import Constat
from qualite.verdicts import Qui, Verdict

ATTENTE_MAX = 6  # findings shown beside the curve; the others are one click away
# What a manager has to see each morning comes first: what lapses, then what was left behind.
EN_TETE = ("CAD-5", "MEO-3", "MEO-5", "ORG-3", "ORG-2", "MEO-4", "MEO-6", "SUI-4")


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
    if "tableau" not in lu:
        raise Http404
    return servir(quoi, sorte, lu["tableau"], lu["champ"], request.user, lu["point"].nom, lu["definitions"])


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
        contexte |= _du_point(request, champ)
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
    dossiers = compter(request.user, frozenset({point.pk}), point.aujourdhui(), periode)
    avis = resultats([point.pk], periode, cadre.seuils["satisfaction_reponses"])[point.pk]
    attentes = _attentes(request.user.portee, point, cadre, constats)
    tuiles = pages.tuiles(cadre.exigences, constats, cadre.seuils["registres_repere"])
    return {
        "dossiers": dossiers,
        "avis": avis,
        "tuiles": tuiles,
        "deployes": sum(t.deploye for t in tuiles),
        "seuil": cadre.seuils["registres_seuil_point"],
        "mois": cadre.seuils["registres_periode"],
        "echeances": lire_echeances(point, point.aujourdhui(), cadre.seuils),
        "qui": request.user.portee.gere(point),
        "attentes": attentes[:ATTENTE_MAX],
        "attentes_total": len(attentes),
        "cartes": [
            carte_des_mediations(dossiers, f"{reverse('dossiers')}?vue=a_revoir&point={point.code}"),
            carte_de_satisfaction(avis, reverse("satisfaction_point", args=[point.code])),
        ],
    }


def carte_des_mediations(dossiers: Comptes, url: str = "") -> Chiffre:
    """Cases opened; `url`: the list of those to review."""
    tardifs = dossiers.a_revoir
    return Chiffre(
        "Médiations ouvertes",
        nombre(dossiers.ouverts),
        f"{compte(tardifs, 'dossier')} à revoir" if tardifs else "rien à revoir",
        "ocre" if tardifs else "",
        url if tardifs else "",
    )


def carte_de_satisfaction(avis: Resultats, url: str = "") -> Chiffre:
    """The rate, where there are answers enough for one."""
    return Chiffre(
        "Satisfaction",
        "–" if avis.taux is None else pourcentage(avis.taux),
        compte(avis.nombre, "réponse") + ("" if avis.suffit else f", taux dès {avis.seuil}"),
        url=url,
    )


def _concernes(portee: Portee, point: PointAccueil) -> set[str]:
    """Whose doing is also this person's concern at that point."""
    if portee.reseau:
        return set(Qui.values)
    concernes = {Qui.EQUIPE.value} if point.pk in portee.points_de_saisie else set()
    if point.pk in portee.points_de_responsable:
        concernes.add(Qui.RESPONSABLE.value)
    if point.association_id in portee.associations:
        concernes |= {Qui.EQUIPE.value, Qui.RESPONSABLE.value, Qui.DIRECTION.value}
    return concernes


def _attentes(
    portee: Portee, point: PointAccueil, cadre: Cadre, constats: dict
) -> list[tuple[str, Constat, str, str]]:
    """Requirements that ask something of this person: title, finding, tone, address."""
    a_faire, concernes = [], _concernes(portee, point)
    for exigence in cadre.exigences:
        constat: Any = retenir(exigence, constats)
        if (
            constat
            and constat.verdict in pages.A_FAIRE
            and constat.qui in concernes
            and not ecartee(exigence, constat)
        ):
            rang = EN_TETE.index(exigence.code) if exigence.code in EN_TETE else len(EN_TETE)
            url = reverse("constat", args=[point.code, exigence.code])
            ton = pages.TONS[Verdict(constat.verdict)]
            a_faire.append((rang, (exigence.libelle, constat, ton, url)))
    return [ligne for _, ligne in sorted(a_faire, key=lambda a: a[0])]
