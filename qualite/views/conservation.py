"""What the retention did, night after night, and the numbers it goes by: for the union."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accueil.acces import Requete, union_seulement
from pimms.socle.pages import executer
from pimms.socle.taches import enfiler
from qualite.conservation import CODES
from qualite.models import Parametre, PassageConservation
from qualite.parametres import valeurs_du_jour
from qualite.taches import conserver_a_blanc

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


@union_seulement
@require_POST
def essai(request: Requete) -> HttpResponse:
    """Ask for a dry run; its counts come among the others when it is done."""

    def demander() -> None:
        if not enfiler(conserver_a_blanc, request.user.pk):
            raise ValidationError("La file des travaux ne répond pas\u202f: essayez dans un moment.")

    succes = "Le passage à blanc est demandé\u202f: il n’efface rien, et vient dans la liste une fois fini."
    return executer(request, demander, succes, reverse("conservation"))
