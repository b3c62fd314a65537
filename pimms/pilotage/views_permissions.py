"""Who sees what, in one table, for the union."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accueil.acces import Requete, union_seulement
from pimms.pilotage.permissions import COLONNES, Droit, lire

LEGENDE = (
    (Droit.OUI, "tout, pour son point, son association, le réseau ou sa campagne"),
    (Droit.SIENS, "ce qu’on a écrit, demandé, ou dont on a la charge"),
    (Droit.CODES, "ni identité ni texte libre\u202f: des dates, des choix de liste, « Partie A »"),
    (Droit.CHEZ_SOI, "la page s’ouvre, avec ses propres points seulement"),
    (Droit.NON, "« page introuvable »\u202f: rien ne dit que cela existe"),
)


@union_seulement
@require_safe
def qui_voit_quoi(request: Requete) -> HttpResponse:
    contexte = {"sections": lire().sections, "colonnes": COLONNES, "legende": LEGENDE}
    return render(request, "pilotage/qui_voit_quoi.html", contexte)
