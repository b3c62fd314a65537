"""Decisions about a requirement of a point: how far the work is, « sans objet », due again."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accueil.acces import Requete, encadrants_seulement, union_seulement
from accueil.models import PointAccueil
from pimms.socle.pages import conduire, donnees, executer
from qualite import decisions
from qualite.evaluation import exigences_en_vigueur
from qualite.forms.decisions import SansObjetForm
from qualite.models import Exigence, Niveau
from qualite.views.constats import trouver_exigence, trouver_point

POUR_QUI = {
    Niveau.ASSOCIATION: "Constatée pour l’association, elle sera sans objet pour tous ses points.",
    Niveau.RESEAU: "Constatée pour le réseau, elle sera sans objet partout.",
}


def _trouver(request: Requete, code: str, exigence: str) -> tuple[PointAccueil, Exigence]:
    point = trouver_point(request, code)
    return point, trouver_exigence(exigences_en_vigueur(point.aujourdhui()), exigence)


@encadrants_seulement
@require_POST
def travail(request: Requete, code: str, exigence: str) -> HttpResponse:
    """Say how far the work on a requirement is; who may not gets 404."""
    point, demandee = _trouver(request, code, exigence)
    sujet = decisions.sujet_de(demandee, point)
    if not decisions.peut_avancer(request.user.portee, point, sujet[1]):
        raise Http404
    return executer(
        request,
        lambda: decisions.avancer(request.user, point, demandee, request.POST.get("avancement", "")),
        "C’est noté.",
        reverse("constat", args=[code, exigence]),
    )


@union_seulement
@require_http_methods(["GET", "POST"])
def sans_objet(request: Requete, code: str, exigence: str) -> HttpResponse:
    """Take a requirement away from a subject, with a justification."""
    point, demandee = _trouver(request, code, exigence)
    sujet = decisions.sujet_de(demandee, point)
    form = SansObjetForm(donnees(request))
    return conduire(
        request,
        form,
        lambda: decisions.declarer_sans_objet(request.user, demandee, point, form.cleaned_data["motif"]),
        titre=f"{demandee.code} sans objet, {point.nom}",
        chapeau=POUR_QUI.get(Niveau(sujet[1]), "Le constat dira « sans objet », avec votre justification."),
        bouton="Déclarer sans objet",
        retour=reverse("constat", args=[code, exigence]),
        succes="C’est décidé\u202f: le constat suivra au prochain calcul, dans quelques minutes.",
    )


@union_seulement
@require_POST
def de_nouveau_due(request: Requete, code: str, exigence: str) -> HttpResponse:
    """Give a requirement back to the rules."""
    point, demandee = _trouver(request, code, exigence)
    return executer(
        request,
        lambda: decisions.rendre_due(request.user, demandee, point),
        "L’exigence est de nouveau due\u202f: elle sera jugée au prochain calcul, dans quelques minutes.",
        reverse("constat", args=[code, exigence]),
    )
