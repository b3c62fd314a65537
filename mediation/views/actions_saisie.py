"""Plan an action, change it, report it, cancel it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.acces import Requete, agents_seulement, point_courant
from accueil.registres import PAR_NUMERO
from accueil.views.formulaires import conduire, donnees, executer
from mediation import actions
from mediation.actions import Nature
from mediation.calendrier import ICONES
from mediation.compte_rendu import annuler as annuler_action
from mediation.compte_rendu import rapporter
from mediation.compte_rendu import remettre as remettre_action
from mediation.cycle_de_vie import ModifieEntretemps
from mediation.forms.actions import AnnulationForm, ModifierForm, PrevoirForm, initial_du_plan, remplacer
from mediation.forms.compte_rendu import CompteRenduForm, initial_du_compte_rendu
from mediation.models import Action
from mediation.models.actions import REGISTRE_DE

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
    point = point_courant(request)
    if point is None or nature not in Nature.values:
        raise Http404
    initial = {
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


def _conduire_version(
    request: Requete,
    form: forms.BaseForm,
    action: Action,
    ecrire: Callable[[], object],
    neuf: Callable[[Action], dict],
    **contexte,
) -> HttpResponse:
    """Like `conduire`; where someone changed the action meanwhile, what they changed is shown (409)
    and the person chooses: recording again replaces it."""
    contexte |= {"action": action, "retour": reverse("action", args=[action.pk]), "gabarit": GABARIT}
    try:
        return conduire(request, form, ecrire, **contexte)
    except ModifieEntretemps:
        actuelle = _trouver(request, action.pk)
        remplacer(form, "version", actuelle.version)
        contexte |= {"form": form, "entretemps": _differences(form, neuf(actuelle)), "actuelle": actuelle}
        return render(request, contexte.pop("gabarit"), contexte, status=409)


def _differences(form: forms.BaseForm, recorde: dict) -> list[tuple[str, str]]:
    """Label and recorded value of each field that differs from what the person typed."""
    ecarts = []
    for nom, champ in form.fields.items():
        if nom != "version" and champ.has_changed(recorde.get(nom), form[nom].data):
            ecarts.append((str(champ.label), _en_mots(champ, recorde.get(nom))))
    return ecarts


def _en_mots(champ: Any, valeur: Any) -> str:
    if valeur in (None, "", []):
        return "vide"
    lignes = getattr(champ, "queryset", None)
    if lignes is not None:
        cles = valeur if isinstance(valeur, list) else [valeur]
        return ", ".join(str(ligne) for ligne in lignes.filter(pk__in=cles))
    return str(champ.widget.format_value(champ.prepare_value(valeur)))


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: Requete, pk: int) -> HttpResponse:
    action = _trouver(request, pk)
    initial = initial_du_plan(action)
    form = ModifierForm(
        donnees(request), initial=initial, nature=action.nature, point=action.point, action=action
    )
    return _conduire_version(
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
        messages.warning(request, "Cette action est annulée : remettez-la d’abord au calendrier.")
        return redirect("action", pk)
    form = CompteRenduForm(donnees(request), initial=initial_du_compte_rendu(action), action=action)
    deja = action.etat == Action.Etat.FAITE
    return _conduire_version(
        request,
        form,
        action,
        lambda: rapporter(request.user, action, form.cleaned_data["version"], form.compte_rendu()),
        initial_du_compte_rendu,
        titre=f"{'Corriger le compte rendu' if deja else 'Compte rendu'} : {action.titre}",
        bouton="Enregistrer" if deja else "C’est fait",
        succes="Le compte rendu est enregistré.",
    )


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def annuler(request: Requete, pk: int) -> HttpResponse:
    action = _trouver(request, pk)
    form = AnnulationForm(donnees(request), initial={"version": action.version})
    return _conduire_version(
        request,
        form,
        action,
        lambda: annuler_action(
            request.user, action, form.cleaned_data["version"], form.cleaned_data["motif"]
        ),
        lambda a: {"motif": a.motif_annulation},
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
            raise ValidationError("Cette action vient d’être modifiée : relisez-la.") from erreur

    return executer(request, ecrire, "L’action est de nouveau au calendrier.", reverse("action", args=[pk]))
