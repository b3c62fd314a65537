"""Findings: a point's page, one requirement of it with its history, « Et si », the matrix."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accueil.acces import Requete, lecteurs_seulement
from accueil.filtres import Options
from accueil.forms.perimetre import lire_perimetre
from accueil.models import PointAccueil
from qualite import pages_actions
from qualite import pages_constats as pages
from qualite.courbe import courbe
from qualite.decisions import ecartees, peut_avancer, sujet_de, travaux_du_point
from qualite.evaluation import Cadre, exigences_en_vigueur, exigences_et_periode
from qualite.forms.constats import EtSiForm, MatriceForm
from qualite.lecture_constats import constats_du_point, retenir
from qualite.lignees import trouver
from qualite.matrice import rangees as matrice_de
from qualite.models import Avancement, Calcul, Exigence, Verification
from qualite.projection import projeter
from qualite.rapports.demandes import Sujet, peut_demander
from qualite.verdicts import Verdict

HISTORIQUE_MAX = 200  # changes of one finding shown at once
ACTIONS_MAX = 20
LIEUX = ("region", "departement")  # that the matrix is narrowed to by an address; an association is a field


def trouver_point(request: Requete, code: str) -> PointAccueil:
    """A point that this person may look at, else 404."""
    points = PointAccueil.objects.visibles_par(request.user).select_related("association", "commune")
    return get_object_or_404(points, code=code)


def trouver_exigence(exigences: Iterable[Exigence], code: str) -> Exigence:
    """A requirement of the version in force, by its code or an older one; else 404."""
    demandee = trouver(exigences, code)
    if demandee is None:
        raise Http404
    return demandee


@lecteurs_seulement
@require_safe
def point(request: Requete, code: str) -> HttpResponse:
    """A point against the référentiel: its requirements by block, its registers, what is missing."""
    lieu = trouver_point(request, code)
    cadre = Cadre.du(lieu.aujourdhui())
    calcul = Calcul.objects.first()
    constats = constats_du_point(lieu, cadre.exigences)
    lignes = pages.lignes_du_point(
        lieu, cadre.exigences, constats, calcul, request.user.portee, travaux_du_point(lieu, cadre.exigences)
    )
    contexte = {
        "point": lieu,
        "referentiel": cadre.referentiel,
        "calcul": calcul,
        "mois": cadre.seuils["registres_periode"],
        "repartition": pages.repartition(Counter(ligne.constat.verdict for ligne in lignes)),
        "nombre": len(lignes),
        "blocs": pages.en_blocs(lignes, cadre.referentiel.blocs),
        "tuiles": pages.tuiles(cadre.exigences, constats, cadre.seuils["registres_repere"]),
        "repere": cadre.seuils["registres_repere"],
        "fiabilite": pages.fiabilite(cadre.exigences, constats),
        "demande_rapport": peut_demander(request.user.portee, Sujet(point=lieu)),
    }
    return render(request, "qualite/constats/point.html", contexte)


@lecteurs_seulement
@require_safe
def constat(request: Requete, code: str, exigence: str) -> HttpResponse:
    """One requirement for a point: the finding, why, its entries, and its changes."""
    lieu = trouver_point(request, code)
    exigences, periode = exigences_et_periode(lieu.aujourdhui())
    demandee = trouver_exigence(exigences, exigence)
    auto = Verification.AUTO in demandee.verification
    constats = constats_du_point(lieu, exigences)
    retenu = retenir(demandee, constats)
    contexte = {
        "point": lieu,
        "exigence": demandee,
        "bloc": demandee.referentiel.blocs[demandee.bloc],
        "ligne": next(
            iter(pages.lignes_du_point(lieu, [demandee], constats, periode, request.user.portee)), None
        ),
        "changements": pages.historique(demandee, retenu)[:HISTORIQUE_MAX] if retenu else [],
        "actions": pages_actions.actions_du_constat(request.user, lieu, demandee, ACTIONS_MAX),
        "ouvrir": pages_actions.objet_du_constat(request.user.portee, lieu, retenu),
        "fiabilite": pages.fiabilite(exigences, constats) if auto else None,
        "reseau": request.user.portee.reseau,
    } | _decisions(request, lieu, demandee)
    return render(request, "qualite/constats/constat.html", contexte)


def _decisions(request: Requete, point: PointAccueil, exigence: Exigence) -> dict:
    """What people decided about a requirement for a point; two statements."""
    sujet = sujet_de(exigence, point)
    return {
        "travail": travaux_du_point(point, [exigence]).get(sujet[:2]),
        "avancements": Avancement.choices,
        "avance": peut_avancer(request.user.portee, point, sujet[1]),
        "sans_objet": ecartees([exigence], point.aujourdhui()).get(sujet, ""),
    }


@lecteurs_seulement
@require_safe
def evolution(request: Requete, code: str) -> HttpResponse:
    """How many requirements had each verdict at the end of each month, over four years."""
    lieu = trouver_point(request, code)
    moments = courbe(lieu)
    contexte = {
        "point": lieu,
        "moments": moments,
        "dernier": moments[-1] if moments else None,
        "verdicts": [(v.value, v.label) for v in Verdict],
    }
    return render(request, "qualite/constats/evolution.html", contexte)


@lecteurs_seulement
@require_safe
def et_si(request: Requete, code: str) -> HttpResponse:
    """What lapses at a point by a date if nothing is done."""
    lieu = trouver_point(request, code)
    form = EtSiForm(request.GET or None, aujourdhui=lieu.aujourdhui())
    jour: date = form.jour()
    contexte = {"point": lieu, "form": form, "jour": jour, "changements": projeter(lieu, jour)}
    return render(request, "qualite/constats/et_si.html", contexte, status=422 if form.errors else 200)


@lecteurs_seulement
@require_safe
def matrice(request: Requete) -> HttpResponse:
    """Points × requirements, those that this person may look at; their only point has its page."""
    portee = request.user.portee
    if len(portee.points) == 1 and not portee.reseau and not portee.associations:
        return point(request, portee.points[0].code)
    perimetre = lire_perimetre(request.GET, Options(request.user), LIEUX)
    points = PointAccueil.objects.visibles_par(request.user).select_related("association")
    if perimetre.points is not None:
        points = points.filter(pk__in=perimetre.points)
    points = [p for p in points if p.est_ouvert_le(p.aujourdhui())]
    calcul = Calcul.objects.first()
    exigences = exigences_en_vigueur(timezone.localdate())
    form = MatriceForm(request.GET, exigences=exigences, points=points)
    exigences, points = form.exigences(exigences), form.points(points)
    rangees = form.rangees(matrice_de(points, exigences))
    contexte = {
        "form": form,
        "perimetre": perimetre,
        "exigences": exigences,
        "rangees": rangees,
        "calcul": calcul,
        "signes": [(pages.SIGNES[v], v.label, v.value) for v in pages.SIGNES],
        "reseau": portee.reseau,
    }
    return render(request, "qualite/constats/matrice.html", contexte)
