"""What was done to a report and to a campaign, and by whom."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accueil.acces import Requete, encadrants_seulement, union_seulement
from accueil.views.actes import montrer_histoire
from qualite.models import Campagne, Rapport


@encadrants_seulement
@require_safe
def rapport_histoire(request: Requete, pk: int) -> HttpResponse:
    """For those who may read the report."""
    rapport = get_object_or_404(Rapport.objects.visibles_par(request.user), pk=pk)
    return montrer_histoire(request, rapport, f"Rapport {rapport.reference}", reverse("rapport", args=[pk]))


@union_seulement
@require_safe
def campagne_histoire(request: Requete, pk: int) -> HttpResponse:
    """For the union: the draw and who audits are told to points in their time."""
    campagne = get_object_or_404(Campagne, pk=pk)
    return montrer_histoire(request, campagne, campagne.titre, reverse("campagne", args=[pk]))
