"""Persons' requests about their data: the list, noting one, its page, prolonging, answering."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accueil.acces import Requete, encadrants_seulement
from pimms.socle.pages import conduire, donnees
from qualite import droits as ecriture
from qualite import lecture_ecrits as lecture
from qualite.forms.saisines import DemandeForm
from qualite.models import DemandeDroits
from qualite.views import saisines
from qualite.views.ecrits import effacer, initial, montrer_liste, points_a_noter, trouver


@encadrants_seulement
@require_safe
def demandes_droits(request: Requete) -> HttpResponse:
    """Requests that one may see, those that wait first."""
    return montrer_liste(
        request,
        DemandeDroits.objects.visibles_par(request.user).avec_terme(),
        "qualite/saisines/demandes.html",
        lecture.vues_de_saisine,
        lecture.chiffres_de_saisine,
        note=not request.user.portee.reseau,
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def demande_droits_nouvelle(request: Requete) -> HttpResponse:
    """Note a request; its delay runs from the day of reception."""
    points = points_a_noter(request, encadre=True)
    form = DemandeForm(donnees(request), points=points, initial=initial(request, points, "recue_le"))
    faites: list[DemandeDroits] = []
    return conduire(
        request,
        form,
        lambda: faites.append(ecriture.noter(request.user, form.point(), form.demande())),
        titre="Noter une demande",
        chapeau="Toute personne peut voir, corriger ou faire effacer ce qui la concerne. La réponse est due "
        "dans le mois, à compter de la réception.",
        bouton="Noter la demande",
        retour=reverse("demandes_droits"),
        succes=lambda: f"La demande est notée. La réponse est due le {faites[0].terme:%d/%m/%Y}.",
    )


@encadrants_seulement
@require_safe
def demande_droits(request: Requete, pk: int) -> HttpResponse:
    return saisines.montrer(request, trouver(request, DemandeDroits, pk), "qualite/saisines/demande.html")


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def demande_droits_prolonger(request: Requete, pk: int) -> HttpResponse:
    return saisines.prolonger(request, trouver(request, DemandeDroits, pk), "demande_droits")


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def demande_droits_repondre(request: Requete, pk: int) -> HttpResponse:
    return saisines.repondre(
        request, trouver(request, DemandeDroits, pk), "demande_droits", "La réponse est notée."
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def demande_droits_effacer(request: Requete, pk: int) -> HttpResponse:
    return effacer(request, trouver(request, DemandeDroits, pk), reverse("demande_droits", args=[pk]))
