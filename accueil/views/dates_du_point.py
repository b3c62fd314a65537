"""Forms of what is dated about a point: hours, closures, bus's days, labels."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accueil import reseau
from accueil.acces import Requete, encadrants_seulement, union_seulement
from accueil.forms.horaires import HorairesForm
from accueil.forms.points import FermetureForm, JourneeForm, LabelForm, TourneeForm
from accueil.horaires import ferie
from accueil.models import Fermeture, JourneeMobile, LabelFranceServices
from accueil.views.points import trouver, trouver_gere
from pimms.socle.pages import conduire, donnees, executer
from pimms.socle.typographie import compte, de


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def horaires(request: Requete, code: str) -> HttpResponse:
    """The weekly hours, all at once, from a date on."""
    point = trouver_gere(request, code)
    jour = point.aujourdhui()
    plages = list(point.plages.en_vigueur(jour)) if request.method == "GET" else []
    form = HorairesForm(donnees(request), plages=plages, initial={"du": jour})
    return conduire(
        request,
        form,
        lambda: reseau.fixer_horaires(
            request.user, point, form.semaine, form.cleaned_data["du"], form.cleaned_data["au"]
        ),
        titre=f"Horaires {de(point.nom)}",
        gabarit="accueil/points/horaires.html",
        retour=reverse("point", args=[code]),
        succes="Les horaires sont enregistrés.",
        point=point,
    )


def _fermeture(request: Requete, objet: Fermeture, initial: dict | None = None, **contexte) -> HttpResponse:
    return conduire(
        request,
        FermetureForm(donnees(request), instance=objet, initial=initial),
        lambda: reseau.enregistrer_fermeture(request.user, objet),
        titre=f"Fermeture exceptionnelle {de(objet.point.nom)}",
        retour=reverse("point", args=[objet.point.code]),
        succes="La fermeture est enregistrée.",
        **contexte,
    )


def _trouver_fermeture(request: Requete, code: str, pk: int) -> Fermeture:
    point = trouver_gere(request, code)
    return get_object_or_404(Fermeture.objects.select_related("point"), pk=pk, point=point)


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def fermeture_nouvelle(request: Requete, code: str) -> HttpResponse:
    point = trouver_gere(request, code)
    initial = {"debut": point.aujourdhui()}
    return _fermeture(request, Fermeture(point=point), initial, bouton="Enregistrer la fermeture")


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def fermeture(request: Requete, code: str, pk: int) -> HttpResponse:
    objet = _trouver_fermeture(request, code, pk)
    a_venir = objet.debut > objet.point.aujourdhui()
    return _fermeture(
        request,
        objet,
        suppression=reverse("fermeture_supprimer", args=[code, pk]) if a_venir else "",
        question="Supprimer cette fermeture\u202f?",
    )


@encadrants_seulement
@require_POST
def fermeture_supprimer(request: Requete, code: str, pk: int) -> HttpResponse:
    objet = _trouver_fermeture(request, code, pk)
    return executer(
        request,
        lambda: reseau.supprimer_fermeture(request.user, objet),
        "La fermeture est supprimée.",
        reverse("point", args=[code]),
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def journee_nouvelle(request: Requete, code: str) -> HttpResponse:
    """A bus's day, which may come back each week; public holidays are skipped."""
    point = trouver_gere(request, code)
    form = TourneeForm(
        donnees(request), instance=JourneeMobile(point=point), initial={"jour": point.aujourdhui()}
    )
    ajoutees: list[int] = []

    def ecrire() -> None:
        c = form.cleaned_data
        jusqu_au = c["jusqu_au"]
        sautes = frozenset(reseau.semaines(c["jour"], jusqu_au)[1:]) if jusqu_au else frozenset()
        sautes = frozenset(j for j in sautes if ferie(point.commune.departement_id, j))
        ajoutees.append(reseau.ajouter_tournee(request.user, form.instance, jusqu_au, sautes))

    return conduire(
        request,
        form,
        ecrire,
        titre=f"Journée de tournée {de(point.nom)}",
        bouton="Ajouter à la tournée",
        retour=reverse("point", args=[code]),
        succes=lambda: f"{compte(ajoutees[0], 'journée')} de tournée\u202f: c’est enregistré.",
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def journee(request: Requete, code: str, pk: int) -> HttpResponse:
    point = trouver_gere(request, code)
    objet = get_object_or_404(JourneeMobile.objects.select_related("point"), pk=pk, point=point)
    form = JourneeForm(donnees(request), instance=objet)
    return conduire(
        request,
        form,
        lambda: reseau.enregistrer_journee(request.user, objet),
        titre=f"Journée de tournée {de(point.nom)}",
        retour=reverse("point", args=[code]),
        succes="La journée est enregistrée.",
    )


def _label(request: Requete, code: str, label: LabelFranceServices) -> HttpResponse:
    form = LabelForm(donnees(request), instance=label)
    return conduire(
        request,
        form,
        lambda: reseau.enregistrer_label(request.user, label),
        titre=f"Label France services {de(label.point.nom)}",
        chapeau="Le label appartient au point. Laissez la fin vide tant qu’il est en vigueur.",
        retour=reverse("point", args=[code]),
        succes="Le label est enregistré.",
    )


@union_seulement
@require_http_methods(["GET", "POST"])
def label_nouveau(request: Requete, code: str) -> HttpResponse:
    return _label(request, code, LabelFranceServices(point=trouver(request, code)))


@union_seulement
@require_http_methods(["GET", "POST"])
def label(request: Requete, code: str, pk: int) -> HttpResponse:
    point = trouver(request, code)
    return _label(request, code, get_object_or_404(point.labels.select_related("point"), pk=pk))
