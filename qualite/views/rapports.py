"""Reports: those one may read, asking for one, watching it, downloading, cancelling, trying again."""

import json

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.acces import Requete, encadrants_seulement
from pimms.socle.pages import conduire, donnees, executer
from qualite.forms.rapports import RapportForm
from qualite.models import EtatRapport, FichierRapport, Rapport
from qualite.rapports import demandes, nouvelles, pages

ANNONCES = {
    EtatRapport.PRET: "Le rapport est prêt.",
    EtatRapport.ECHEC: "Le rapport n’a pas abouti.",
    EtatRapport.ANNULE: "Le rapport est annulé.",
}


ALTERE = "Le fichier gardé n’est plus celui qui a été signé\u202f: il n’est pas donné."


@encadrants_seulement
@require_safe
@never_cache
def rapports(request: Requete) -> HttpResponse:
    """Reports that this person may read, the latest first, a page at a time."""
    siens = Rapport.objects.visibles_par(request.user)
    page = pages.lire_page(siens, request.GET.get("avant", ""))
    contexte = {"page": page, "a_voir": nouvelles.a_voir(request.user)}
    return render(request, "qualite/rapports/liste.html", contexte)


@encadrants_seulement
@require_POST
def rapports_vus(request: Requete) -> HttpResponse:
    """Note all that waits as seen."""
    nouvelles.tout_voir(request.user)
    return redirect("rapports")


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def rapport_nouveau(request: Requete) -> HttpResponse:
    """Ask for a report of the kind that the address says."""
    genre = (request.POST if request.method == "POST" else request.GET).get("genre", "")
    genre = genre if genre in Rapport.Genre.values else Rapport.Genre.DOSSIER
    depart = {champ: request.GET.get(champ, "") for champ in ("sujet", "partenaire", "du", "au")}
    form = RapportForm(donnees(request), utilisateur=request.user, genre=genre, depart=depart)
    demande: list[Rapport] = []
    return conduire(
        request,
        form,
        lambda: demande.append(demandes.demander(request.user, form.demande())),
        titre="Demander un rapport",
        gabarit="qualite/rapports/nouveau.html",
        genres=Rapport.Genre.choices,
        genre=genre,
        sujet=depart["sujet"],
        chapeau="Le rapport est composé avec ce qui est noté maintenant, puis signé. Il ne change plus.",
        bouton="Composer le rapport",
        retour=reverse("rapports"),
        suite=lambda: reverse("rapport", args=[demande[0].pk]),
        succes="Le rapport est demandé.",
    )


def _trouver(request: Requete, pk: int) -> Rapport:
    """A report that this person may read, else 404."""
    lisibles = Rapport.objects.visibles_par(request.user)
    lus = lisibles.select_related(
        "point", "association", "partenaire", "demande_par", "evaluation", "fichier", "instantane"
    )
    return get_object_or_404(lus.defer("fichier__scelle", "instantane__scelle"), pk=pk)


@encadrants_seulement
@require_safe
@never_cache
def rapport(request: Requete, pk: int) -> HttpResponse:
    """Where a report stands; htmx asks again for the part that changes until it is done."""
    lu = _trouver(request, pk)
    nouvelles.voir(request.user, lu)
    contexte = {"rapport": lu, "remplace_par": pages.remplacant(lu)}
    gabarit = "_etat.html" if request.htmx else "page.html"
    reponse = render(request, f"qualite/rapports/{gabarit}", contexte)
    patch_vary_headers(reponse, ["HX-Request"])
    if request.htmx and lu.fini:
        reponse["HX-Trigger"] = json.dumps({"annoncer": ANNONCES[EtatRapport(lu.etat)]})
    return reponse


@encadrants_seulement
@require_safe
@never_cache
def rapport_fichier(request: Requete, pk: int) -> HttpResponse:
    """The signed file. One that was altered is not given out."""
    lu = _trouver(request, pk)
    try:
        octets = demandes.lire(request.user, lu)
        nouvelles.voir(request.user, lu)
    except FichierRapport.DoesNotExist as absent:
        raise Http404 from absent
    except demandes.FichierAltere:
        messages.error(request, ALTERE)
        return redirect("rapport", pk=pk)
    return donner(lu, octets)


def donner(rapport: Rapport, octets: bytes) -> HttpResponse:
    """The answer that gives a signed file out."""
    reponse = HttpResponse(octets, content_type="application/pdf")
    reponse["Content-Disposition"] = f'attachment; filename="{pages.nom_du_fichier(rapport)}"'
    return reponse


@encadrants_seulement
@require_POST
def rapport_annuler(request: Requete, pk: int) -> HttpResponse:
    """Give a report up."""
    lu = _trouver(request, pk)
    retour = reverse("rapport", args=[pk])
    return executer(request, lambda: demandes.annuler(request.user, lu), "Le rapport est annulé.", retour)


@encadrants_seulement
@require_POST
def rapport_relancer(request: Requete, pk: int) -> HttpResponse:
    """Try a failed report again."""
    lu = _trouver(request, pk)
    retour = reverse("rapport", args=[pk])
    return executer(request, lambda: demandes.relancer(request.user, lu), "Le rapport est relancé.", retour)
