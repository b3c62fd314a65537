"""The veille of the territory: the board, the list, one alert and its transmissions."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.acces import Requete, agents_seulement, lecteurs_seulement
from accueil.filtres import Options
from mediation import veille
from mediation.cycle_de_vie import ModifieEntretemps
from mediation.forms.veille import (
    CorrigerForm,
    ReponseForm,
    SignalerForm,
    TransmettreForm,
    initial_de_l_alerte,
    initial_de_la_reponse,
    lire_filtre,
)
from mediation.models import Alerte, Transmission
from mediation.pages import curseur_de
from mediation.tableau_veille import Situation, lire_liste, tableau, une_alerte
from mediation.views.cas import conduire_versionne
from mediation.views.saisie import point_de_saisie
from pimms.socle.pages import conduire, donnees, executer
from pimms.socle.typographie import de
from pimms.socle.versions import conduire_version

GABARIT = "mediation/veille/formulaire.html"


def _trouver(request: Requete, pk: int) -> Alerte:
    """An alert that this person may change, else 404."""
    return get_object_or_404(
        Alerte.objects.modifiables_par(request.user).select_related("point", "commune"), pk=pk
    )


def _transmission(request: Requete, pk: int) -> Transmission:
    transmissions = Transmission.objects.filter(alerte__point__in=request.user.portee.points_de_saisie)
    return get_object_or_404(transmissions.select_related("alerte__point", "partenaire"), pk=pk)


@lecteurs_seulement
@require_safe
def board(request: Requete) -> HttpResponse:
    """Open alerts in four columns, by what is to be done."""
    filtre, formulaire = lire_filtre(request.GET, Options(request.user))
    return render(
        request,
        "mediation/veille/tableau.html",
        {
            "filtre": filtre,
            "form": formulaire,
            "colonnes": [
                (c, f"{reverse('alertes')}{filtre.url(situation=c.situation)}")
                for c in tableau(request.user, filtre)
            ],
            "travaille_a": request.user.portee.points_de_saisie,
        },
    )


@lecteurs_seulement
@require_safe
def liste(request: Requete) -> HttpResponse:
    """All alerts of the filter, closed ones too, fifty a page."""
    filtre, formulaire = lire_filtre(request.GET, Options(request.user))
    page = lire_liste(request.user, filtre, curseur_de(request))
    return render(
        request,
        "mediation/veille/liste.html",
        {
            "filtre": filtre,
            "form": formulaire,
            "page": page,
            "precedent": page.precedent and filtre.url(curseur=page.precedent),
            "suivant": page.suivant and filtre.url(curseur=page.suivant),
        },
    )


@lecteurs_seulement
@require_safe
def page(request: Requete, pk: int) -> HttpResponse:
    alerte = une_alerte(request.user, pk)
    if alerte is None:
        raise Http404
    ici = alerte.point_id in request.user.portee.points_de_saisie
    ouverte = alerte.situation not in (Situation.CLOSE, Situation.ANNULEE)
    return render(
        request,
        "mediation/veille/page.html",
        {
            "alerte": alerte,
            "travaille_ici": ici,
            "ouverte": ouverte,
            "form": TransmettreForm(point=alerte.point) if ici and ouverte else None,
        },
    )


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def nouvelle(request: Requete) -> HttpResponse:
    """Report an alert, and pass it on at once if its partner is known."""
    point = point_de_saisie(request)
    initial = {"jour": point.aujourdhui(), "point": point.code}
    form = SignalerForm(donnees(request), initial=initial, point=point)
    faites: list[Alerte] = []

    def ecrire() -> None:
        c = form.cleaned_data
        alerte, _ = veille.signaler(request.user, point, c["cle"], form.signalement(), c["partenaire"])
        faites.append(alerte)

    reponse = conduire(
        request,
        form,
        ecrire,
        titre="Signaler une alerte",
        point=point,
        bouton="Signaler",
        retour=reverse("veille"),
        succes="L’alerte est enregistrée.",
        gabarit=GABARIT,
    )
    if faites:
        reponse["Location"] = reverse("alerte", args=[faites[0].pk])
    return reponse


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: Requete, pk: int) -> HttpResponse:
    alerte = _trouver(request, pk)
    form = CorrigerForm(donnees(request), initial=initial_de_l_alerte(alerte), point=alerte.point)
    return conduire_version(
        request,
        form,
        lambda: veille.corriger(request.user, alerte, form.cleaned_data["version"], form.signalement()),
        lambda: initial_de_l_alerte(_trouver(request, pk)),
        titre="Modifier l’alerte",
        bouton="Enregistrer",
        retour=reverse("alerte", args=[pk]),
        succes="L’alerte est enregistrée.",
        gabarit=GABARIT,
    )


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def transmettre(request: Requete, pk: int) -> HttpResponse:
    """Pass an alert on to one more partner."""
    alerte = _trouver(request, pk)
    form = TransmettreForm(donnees(request), point=alerte.point)

    def ecrire() -> None:
        c = form.cleaned_data
        veille.transmettre(request.user, alerte, c["partenaire"], c["transmise_le"], c["relance_le"])

    return conduire(
        request,
        form,
        ecrire,
        titre="Transmettre l’alerte",
        alerte=alerte,
        bouton="Transmettre",
        retour=reverse("alerte", args=[pk]),
        succes="La transmission est notée, avec sa relance.",
        gabarit=GABARIT,
    )


@agents_seulement
@require_POST
def relancer(request: Requete, pk: int) -> HttpResponse:
    """Note that the partner is reminded today; the next reminder is due fifteen days later."""
    transmission = _transmission(request, pk)
    jour = transmission.alerte.point.aujourdhui()
    return executer(
        request,
        lambda: veille.relancer(request.user, transmission, jour),
        f"La relance {de(transmission.partenaire.nom)} est notée. La prochaine est dans quinze jours.",
        reverse("alerte", args=[transmission.alerte_id]),
    )


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def repondre(request: Requete, pk: int) -> HttpResponse:
    """Note what a partner answered."""
    transmission = _transmission(request, pk)
    jour = transmission.alerte.point.aujourdhui()
    form = ReponseForm(donnees(request), initial=initial_de_la_reponse(transmission, jour))

    def ecrire() -> None:
        c = form.cleaned_data
        veille.repondre(
            request.user, transmission, c["reponse"], c["reponse_le"], c["reponse_texte"], vue=c["vue"]
        )

    return conduire_versionne(
        request,
        form,
        ecrire,
        lambda: initial_de_la_reponse(_transmission(request, pk), jour),
        titre=f"Réponse {de(transmission.partenaire.nom)}",
        alerte=transmission.alerte,
        bouton="Enregistrer la réponse",
        retour=reverse("alerte", args=[transmission.alerte_id]),
        succes="La réponse est notée.",
        gabarit=GABARIT,
    )


def _geste(request: Requete, pk: int, ecrire: Callable[..., object], succes: str) -> HttpResponse:
    """A button's act on the alert as the page showed it."""
    alerte = _trouver(request, pk)
    vue = request.POST.get("version", "")
    version = int(vue) if vue.isdecimal() and len(vue) < 9 else alerte.version

    def agir() -> None:
        try:
            ecrire(request.user, alerte, version)
        except ModifieEntretemps as erreur:
            raise ValidationError("Quelqu’un vient de modifier cette alerte\u202f: relisez-la.") from erreur

    return executer(request, agir, succes, reverse("alerte", args=[pk]))


@agents_seulement
@require_POST
def clore(request: Requete, pk: int) -> HttpResponse:
    return _geste(request, pk, veille.clore, "L’alerte est close.")


@agents_seulement
@require_POST
def annuler(request: Requete, pk: int) -> HttpResponse:
    return _geste(request, pk, veille.annuler, "L’alerte est annulée\u202f: elle ne compte plus.")


@agents_seulement
@require_POST
def rouvrir(request: Requete, pk: int) -> HttpResponse:
    return _geste(request, pk, veille.rouvrir, "L’alerte est rouverte.")
