"""Good practices: the list that every reader sees, publishing and withdrawing by the union."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.acces import Requete, lecteurs_seulement, union_seulement
from pimms.socle.pages import conduire, donnees, executer
from qualite import lignees
from qualite import pratiques as ecriture
from qualite.evaluation import exigences_en_vigueur
from qualite.forms.pratiques import PratiqueForm
from qualite.models import ActionCorrective, BonnePratique
from qualite.pages_actions import une_action

PAR_PAGE = 20


@lecteurs_seulement
@require_safe
def pratiques(request: Requete) -> HttpResponse:
    """Good practices in force, the latest first; by requirement, twenty a page."""
    exigences = exigences_en_vigueur(timezone.localdate())
    code, avant = request.GET.get("exigence", ""), request.GET.get("avant", "")
    choisie = lignees.trouver(exigences, code)
    lignes = BonnePratique.objects.filter(retiree_le__isnull=True)
    if choisie:
        lignes = lignes.filter(exigence__in=choisie.lignee)
    if avant.isdecimal():
        lignes = lignes.filter(pk__lt=min(int(avant), 2**62))
    lues = list(lignes.select_related("action__point", "action__association")[: PAR_PAGE + 1])
    contexte = {
        "pratiques": lues[:PAR_PAGE],
        "suite": lues[PAR_PAGE - 1].pk if len(lues) > PAR_PAGE else None,
        "exigences": exigences,
        "choisie": choisie,
        "publie": request.user.portee.reseau,
    }
    return render(request, "qualite/pratiques/liste.html", contexte)


@union_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def publier(request: Requete) -> HttpResponse:
    """Publish a good practice; `action` in the address is the closed action it comes from."""
    action = _source(request)
    exigences = exigences_en_vigueur(timezone.localdate())
    initial = {}
    if action:
        exigence = lignees.trouver(exigences, action.exigence)
        initial = {"titre": action.titre, "texte": action.mesure, "exigence": exigence and exigence.code}
    form = PratiqueForm(donnees(request), initial=initial, exigences=exigences)
    return conduire(
        request,
        form,
        lambda: ecriture.publier(request.user, form.cleaned_data["cle"], form.contenu(), action),
        titre="Publier une bonne pratique",
        chapeau=f"D’après l’action «\u202f{action.titre}\u202f», {action.sujet}." if action else "",
        bouton="Publier",
        retour=reverse("bonnes_pratiques"),
        succes="La bonne pratique est publiée\u202f: tous les points la lisent.",
    )


def _source(request: Requete) -> ActionCorrective | None:
    """The action that the address names; 404 when it can't be an example."""
    cle = request.GET.get("action", "")
    if not cle:
        return None
    action = une_action(request.user, min(int(cle), 2**62)) if cle.isdecimal() else None
    if action is None or not ecriture.publiable(action):
        raise Http404
    return action


@union_seulement
@require_POST
def retirer(request: Requete, pk: int) -> HttpResponse:
    pratique = get_object_or_404(BonnePratique, pk=pk)
    return executer(
        request,
        lambda: ecriture.retirer(request.user, pratique),
        "La bonne pratique est retirée.",
        reverse("bonnes_pratiques"),
    )
