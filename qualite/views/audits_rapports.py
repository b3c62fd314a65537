"""The sealed reports of an audit's file: the list, and the signed file of one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accueil.acces import Requete
from qualite.models import FichierRapport
from qualite.rapports import demandes, pages
from qualite.rapports.audites import rapports_de
from qualite.views.audits import lecteurs_d_audit, trouver_audit
from qualite.views.rapports import ALTERE, donner


@lecteurs_d_audit
@require_safe
@never_cache
def dossier_rapports(request: Requete, pk: int) -> HttpResponse:
    """Reports about the places of the audit, the latest first, a page at a time."""
    audit = trouver_audit(request, pk)
    page = pages.lire_page(rapports_de(audit), request.GET.get("avant", ""))
    contexte = {"campagne": audit.campagne, "page": page}
    return render(request, "qualite/audits/rapports.html", contexte)


@lecteurs_d_audit
@require_safe
@never_cache
def dossier_rapport(request: Requete, pk: int, rapport: int) -> HttpResponse:
    """The signed file of one, told in the journal each time."""
    audit = trouver_audit(request, pk)
    lu = get_object_or_404(rapports_de(audit).select_related("point", "association"), pk=rapport)
    try:
        octets = demandes.lire(request.user, lu, audit.campagne)
    except FichierRapport.DoesNotExist as absent:
        raise Http404 from absent
    except demandes.FichierAltere:
        messages.error(request, ALTERE)
        return redirect("dossier_rapports", pk=pk)
    return donner(lu, octets)
