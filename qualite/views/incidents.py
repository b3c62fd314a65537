"""Safety incidents: the list, reporting one, its page, what was done."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accueil.acces import Requete, encadrants_seulement, lecteurs_seulement
from pimms.socle.pages import conduire, donnees
from pimms.socle.versions import conduire_version
from qualite import incidents as ecriture
from qualite import lecture_ecrits as lecture
from qualite import saisines
from qualite.forms.incidents import IncidentForm, SuiteForm
from qualite.models import Incident
from qualite.views.ecrits import effacer, initial, montrer_liste, points_a_noter, textes_de, trouver


@lecteurs_seulement
@require_safe
def incidents(request: Requete) -> HttpResponse:
    """Incidents that one may see, those without a follow-up first."""
    return montrer_liste(
        request,
        Incident.objects.visibles_par(request.user),
        "qualite/incidents/liste.html",
        lecture.vues_d_incident,
        lecture.chiffres_d_incident,
        note=not request.user.portee.reseau,
    )


@lecteurs_seulement
@require_http_methods(["GET", "POST"])
def incident_nouveau(request: Requete) -> HttpResponse:
    """Report an incident: what it was, what happened."""
    points = points_a_noter(request)
    form = IncidentForm(donnees(request), points=points, initial=initial(request, points, "jour"))
    return conduire(
        request,
        form,
        lambda: ecriture.signaler(request.user, form.point(), form.signalement()),
        titre="Signaler un incident",
        chapeau="En danger immédiat, appelez d’abord le 17 ou le 112.",
        bouton="Signaler",
        retour=reverse("incidents"),
        succes="L’incident est signalé.",
    )


@lecteurs_seulement
@require_safe
def incident(request: Requete, pk: int) -> HttpResponse:
    lu = trouver(request, Incident, pk, "suivi_par")
    contexte = {
        "incident": lu,
        "textes": textes_de(lu),
        "suites": [Incident.Suite(s).label for s in lu.suites],
        "tient": saisines.tient(request.user.portee, lu),
    }
    return render(request, "qualite/incidents/page.html", contexte)


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def incident_suite(request: Requete, pk: int) -> HttpResponse:
    """Say what was done, or correct it."""
    lu = trouver(request, Incident, pk)
    if not saisines.tient(request.user.portee, lu):
        raise Http404
    form = SuiteForm(donnees(request), initial=_suite(lu))

    def ecrire() -> None:
        c = form.cleaned_data
        ecriture.suivre(request.user, lu, c["version"], c["suivi_le"], c["suites"], c["mesures"])

    return conduire_version(
        request,
        form,
        ecrire,
        lambda: _suite(trouver(request, Incident, pk)),
        titre="Suite donnée à l’incident",
        bouton="Enregistrer",
        retour=reverse("incident", args=[pk]),
        succes="La suite est notée.",
    )


def _suite(lu: Incident) -> dict[str, Any]:
    """What was done, as recorded."""
    return {
        "version": lu.version,
        "suites": lu.suites,
        "mesures": textes_de(lu).get("mesures", ""),
        "suivi_le": lu.suivi_le or lu.point.aujourdhui(),
    }


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def incident_effacer(request: Requete, pk: int) -> HttpResponse:
    return effacer(request, trouver(request, Incident, pk), reverse("incident", args=[pk]))
