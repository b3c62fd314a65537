"""Closed evaluations: the list, one's picture, closing one."""

from collections import Counter

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accueil.acces import Requete, union_seulement
from pimms.socle.pages import conduire, donnees
from qualite.arrets import arreter, intacte
from qualite.forms.arrets import ArretForm
from qualite.models import Evaluation
from qualite.verdicts import Verdict


@union_seulement
@require_safe
def evaluations(request: Requete) -> HttpResponse:
    """Evaluations closed so far, the latest first; their pictures are not loaded."""
    lignes = Evaluation.objects.defer("instantane").select_related("arretee_par", "referentiel")
    return render(request, "qualite/constats/evaluations.html", {"evaluations": lignes})


@union_seulement
@require_safe
def evaluation(request: Requete, pk: int) -> HttpResponse:
    """One closed evaluation, from its picture alone."""
    lue = get_object_or_404(Evaluation.objects.select_related("arretee_par", "referentiel"), pk=pk)
    sujets: dict[str, Counter] = {}
    for ligne in lue.constats:
        sujets.setdefault(ligne["sujet"], Counter())[ligne["verdict"]] += 1
    contexte = {
        "evaluation": lue,
        "intacte": intacte(lue),
        "verdicts": list(Verdict),
        "lignes": [(sujet, [comptes[v] for v in Verdict]) for sujet, comptes in sorted(sujets.items())],
    }
    return render(request, "qualite/constats/evaluation.html", contexte)


@union_seulement
@require_http_methods(["GET", "POST"])
def evaluation_arreter(request: Requete) -> HttpResponse:
    """Seal the findings as they stand."""
    form = ArretForm(donnees(request))
    return conduire(
        request,
        form,
        lambda: arreter(request.user, form.cleaned_data["titre"], form.cleaned_data["cle"]),
        titre="Arrêter l’évaluation",
        chapeau="Les constats du jour sont gardés tels quels, avec les nombres retenus, pour toujours.",
        bouton="Arrêter l’évaluation",
        retour=reverse("evaluations"),
        succes="L’évaluation est arrêtée.",
    )
