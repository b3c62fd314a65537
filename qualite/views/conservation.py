"""What the retention did, night after night, and the numbers it goes by: for the union."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accueil.acces import Requete, union_seulement
from qualite.conservation import CODES
from qualite.models import Parametre, PassageConservation
from qualite.parametres import valeurs_du_jour

PASSAGES = 60  # nights shown


@union_seulement
@require_safe
def passages(request: Requete) -> HttpResponse:
    """The last runs, latest first, and the delays in force."""
    valeurs = valeurs_du_jour(timezone.localdate())
    delais = Parametre.objects.filter(code__in=CODES, referentiel__isnull=True).order_by("pk")
    contexte = {
        "passages": PassageConservation.objects.select_related("par")[:PASSAGES],
        "delais": [(p, valeurs[p.code]) for p in delais],
    }
    return render(request, "qualite/conservation.html", contexte)
