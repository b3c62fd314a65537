"""Plan an action, change it, report it, cancel it."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.acces import Requete, agents_seulement
from accueil.registres import PAR_NUMERO
from mediation import actions
from mediation.actions import Nature
from mediation.calendrier import ICONES
from mediation.compte_rendu import annuler as annuler_action
from mediation.compte_rendu import rapporter
from mediation.compte_rendu import remettre as remettre_action
from mediation.cycle_de_vie import ModifieEntretemps
from mediation.forms.actions import AnnulationForm, ModifierForm, PrevoirForm, initial_du_plan
from mediation.forms.compte_rendu import CompteRenduForm, initial_du_compte_rendu
from mediation.models import Action
from mediation.models.actions import REGISTRE_DE
from mediation.views.saisie import point_de_saisie
from pimms.socle.pages import conduire, donnees, executer
from pimms.socle.versions import conduire_version

GABARIT = "mediation/actions/formulaire.html"


def _trouver(request: Requete, pk: int) -> Action:
    """An action that this person may change, else 404."""
    modifiables = Action.objects.modifiables_par(request.user).select_related("point", "commune", "projet")
    return get_object_or_404(modifiables, pk=pk)


@agents_seulement
@require_safe
def nouvelle(request: Requete) -> HttpResponse:
    """The kinds of action, each with its register."""
    sortes = [(n.value, n.label, ICONES[n], PAR_NUMERO[REGISTRE_DE[n]]) for n in Nature]
    return render(
        request,
        "mediation/actions/nouvelle.html",
        {"sortes": sortes, "parametres": request.GET.urlencode()},
    )


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def prevoir(request: Requete, nature: str) -> HttpResponse:
    """The short form of one kind. An action of a past day goes straight on to its report."""
    point = point_de_saisie(request)
    if nature not in Nature.values:
        raise Http404
    initial = {
        "point": point.code,
        "jour": request.GET.get("jour") or point.aujourdhui(),
        "projet": request.GET.get("projet"),
        "equipe": [request.user.pk],
    }
    form = PrevoirForm(donnees(request), initial=initial, nature=nature, point=point)
    faite: list[Action] = []

    def ecrire() -> None:
        faite.append(actions.prevoir(request.user, point, form.cleaned_data["cle"], form.plan())[0])

    reponse = conduire(
        request,
        form,
        ecrire,
        titre=Nature(nature).label,
        bouton="Mettre au calendrier",
        point=point,
        registre=PAR_NUMERO[REGISTRE_DE[Nature(nature)]],
        retour=reverse("action_nouvelle"),
        succes="C’est au calendrier.",
        gabarit=GABARIT,
        rapporter_ensuite=True,
    )
    return _suite(request, faite[0]) if faite else reponse


def _suite(request: Requete, action: Action) -> HttpResponse:
    """After planning: the report when it is asked for or the day is past, the action otherwise."""
    passee = (action.jour_fin or action.jour) < action.point.aujourdhui()
    rapport = ("rapporter" in request.POST or passee) and action.etat == Action.Etat.PREVUE
    return redirect("action_rapport" if rapport else "action", action.pk)


def _changer(
    request: Requete,
    form: forms.BaseForm,
    action: Action,
    ecrire: Callable[[], object],
    initial: Callable[[Action], dict],
    **contexte,
) -> HttpResponse:
    """Show or carry out a form that changes an action; `initial` gives the values of one as recorded."""
    return conduire_version(
        request,
        form,
        ecrire,
        lambda: initial(_trouver(request, action.pk)),
        action=action,
        retour=reverse("action", args=[action.pk]),
        gabarit=GABARIT,
        **contexte,
    )


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: Requete, pk: int) -> HttpResponse:
    action = _trouver(request, pk)
    initial = initial_du_plan(action)
    form = ModifierForm(
        donnees(request), initial=initial, nature=action.nature, point=action.point, action=action
    )
    return _changer(
        request,
        form,
        action,
        lambda: actions.modifier(request.user, action, form.cleaned_data["version"], form.plan()),
        initial_du_plan,
        titre=f"Modifier {action.titre}",
        bouton="Enregistrer",
        succes="L’action est enregistrée.",
    )


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def rapport(request: Requete, pk: int) -> HttpResponse:
    """Report an action, or correct its report."""
    action = _trouver(request, pk)
    if action.etat == Action.Etat.ANNULEE:
        messages.warning(request, "Cette action est annulée\u202f: remettez-la d’abord au calendrier.")
        return redirect("action", pk)
    form = CompteRenduForm(donnees(request), initial=initial_du_compte_rendu(action), action=action)
    deja = action.etat == Action.Etat.FAITE
    return _changer(
        request,
        form,
        action,
        lambda: rapporter(request.user, action, form.cleaned_data["version"], form.compte_rendu()),
        initial_du_compte_rendu,
        titre=f"{'Corriger le compte rendu' if deja else 'Compte rendu'}\u202f: {action.titre}",
        bouton="Enregistrer" if deja else "C’est fait",
        succes="Le compte rendu est enregistré.",
    )


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def annuler(request: Requete, pk: int) -> HttpResponse:
    action = _trouver(request, pk)
    form = AnnulationForm(donnees(request), initial={"version": action.version})
    return _changer(
        request,
        form,
        action,
        lambda: annuler_action(
            request.user, action, form.cleaned_data["version"], form.cleaned_data["motif"]
        ),
        lambda a: {"motif": a.motif_annulation, "version": a.version},
        titre=f"Annuler {action.titre}",
        chapeau="L’action reste au calendrier, barrée, avec sa raison. Elle ne compte plus.",
        bouton="Annuler l’action",
        succes="L’action est annulée.",
    )


@agents_seulement
@require_POST
def remettre(request: Requete, pk: int) -> HttpResponse:
    """Put a cancelled action back on the calendar."""
    action = _trouver(request, pk)

    def ecrire() -> None:
        try:
            remettre_action(request.user, action, action.version)
        except ModifieEntretemps as erreur:
            raise ValidationError("Cette action vient d’être modifiée\u202f: relisez-la.") from erreur

    return executer(request, ecrire, "L’action est de nouveau au calendrier.", reverse("action", args=[pk]))
