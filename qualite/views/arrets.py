"""Closed evaluations: the list, one's picture, closing one."""

import uuid
from collections import Counter
from datetime import date

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.acces import Requete, union_seulement
from accueil.confirmation import confirmee
from pimms.socle.pages import conduire, donnees, executer
from qualite.arrets import arreter, intacte, nombres_retenus
from qualite.forms.arrets import ArretForm
from qualite.models import Evaluation
from qualite.rapports import demandes
from qualite.rapports.archive import archiver, dossiers, manquants
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
    """One closed evaluation, from its picture; its numbers with what was decided of them meanwhile."""
    lue = get_object_or_404(
        Evaluation.objects.select_related("arretee_par", "referentiel", "campagne"), pk=pk
    )
    sujets: dict[str, Counter] = {}
    for ligne in lue.constats:
        sujets.setdefault(ligne["sujet"], Counter())[ligne["verdict"]] += 1
    contexte = {
        "evaluation": lue,
        "intacte": intacte(lue),
        "dossiers": dossiers(lue),
        "manquants": manquants(lue),
        "verdicts": list(Verdict),
        "nombres": nombres_retenus(lue),
        "bornes": [date.fromisoformat(lue.instantane[c]) for c in ("du", "au") if c in lue.instantane],
        "lignes": [(sujet, [comptes[v] for v in Verdict]) for sujet, comptes in sorted(sujets.items())],
    }
    return render(request, "qualite/constats/evaluation.html", contexte)


@union_seulement
@require_POST
def evaluation_dossiers(request: Requete, pk: int) -> HttpResponse:
    """Ask for all its audit files at once: the whole network's, or those of its campaign's association."""
    lue = get_object_or_404(Evaluation.objects.select_related("campagne").defer("instantane"), pk=pk)
    # Once an evaluation, whoever clicks twice; drafts are asked for again once they can be final.
    nom = f"evaluation:{pk}" if lue.definitive else f"evaluation:{pk}:projet"
    cle = uuid.uuid5(uuid.NAMESPACE_OID, nom)
    return executer(
        request,
        lambda: demandes.demander_tous(request.user, lue, cle),
        "Les dossiers sont demandés\u202f: ils seront prêts l’un après l’autre.",
        reverse("rapports"),
    )


@union_seulement
@require_safe
@reauthentication_required
def evaluation_archive(request: Requete, pk: int) -> StreamingHttpResponse:
    """Its reports and proofs in one ZIP, sent while it is made."""
    lue = get_object_or_404(Evaluation.objects.select_related("campagne").defer("instantane"), pk=pk)
    reponse = StreamingHttpResponse(archiver(request.user, lue), content_type="application/zip")
    reponse["Content-Disposition"] = f'attachment; filename="evaluation-{lue.jour.isoformat()}.zip"'
    return reponse


@union_seulement
@require_http_methods(["GET", "POST"])
@confirmee
def evaluation_arreter(request: Requete) -> HttpResponse:
    """Seal the findings as they stand."""
    form = ArretForm(donnees(request))
    return conduire(
        request,
        form,
        lambda: arreter(request.user, form.cleaned_data["titre"], form.cleaned_data["cle"]),
        titre="Arrêter l’évaluation",
        chapeau="Tout est calculé de nouveau, puis les constats du jour sont gardés tels quels, avec les "
        "nombres retenus, pour toujours.",
        bouton="Arrêter l’évaluation",
        retour=reverse("evaluations"),
        succes="L’évaluation est arrêtée.",
    )
