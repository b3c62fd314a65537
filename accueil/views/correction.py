"""Correct a recorded visit, cancel it, restore it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accueil.acces import Requete, agents_seulement
from accueil.bureau import avec_demandes
from accueil.correction import (
    DemandeEtrangere,
    DemandesSuivies,
    HorsChampRefuse,
    ModifieeEntretemps,
    annuler,
    corriger,
    retablir,
)
from accueil.forms.saisie import Saisie, initial_de, remettre, sans_disparues
from accueil.gestes import proposer
from accueil.models import Visite
from accueil.retagages import tardif
from accueil.views.retour import retour
from accueil.views.saisie import contexte_formulaire


def _modifiable(request: Requete, pk: int) -> Visite:
    """The visit, if this person may change it; a stranger or a colleague gets 404."""
    visites = Visite.objects.modifiables_par(request.user).select_related(
        "point", "auteur", "commune", "note"
    )
    return get_object_or_404(visites, pk=pk)


def _formulaire(request: Requete, visite: Visite, envoi: QueryDict | None = None) -> Saisie:
    """The visit's form; partners that it already names may be kept, even if retired since."""
    gardes = [
        p
        for couple in visite.demandes.values_list("partenaire_id", "vers_partenaire_id")
        for p in couple
        if p is not None
    ]
    initial = initial_de(visite) if envoi is None else None
    return Saisie(request.user, visite.point, envoi, initial=initial, gardes=gardes)


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def visite_corriger(request: Requete, pk: int) -> HttpResponse:
    """Correct a visit in the same form; a second person is told what happened meanwhile."""
    visite = _modifiable(request, pk)
    if request.method != "POST":
        return _page(request, visite, _formulaire(request, visite))
    # A visit never leaves its point, whatever the form says.
    envoi = request.POST.copy()
    envoi["point"] = visite.point.code
    formulaire = _formulaire(request, visite, envoi)
    if "ajouter" in request.POST:
        formulaire.ajouter()
        return _page(request, visite, formulaire)
    if not formulaire.is_valid():
        return _page(request, visite, formulaire, statut=422)
    return _corriger(request, visite, formulaire, envoi)


def _corriger(request: Requete, visite: Visite, formulaire: Saisie, envoi: QueryDict) -> HttpResponse:
    version = formulaire.visite.cleaned_data.get("version") or 0
    try:
        corriger(request.user, visite, formulaire.saisie(), version)
    except ModifieeEntretemps:
        visite.refresh_from_db()
        presentes = visite.demandes.values_list("pk", flat=True)
        formulaire = _formulaire(request, visite, sans_disparues(envoi, presentes))
        return _page(request, visite, formulaire, statut=409)
    except DemandesSuivies as refus:
        formulaire = _formulaire(request, visite, remettre(envoi, list(refus.motifs)))
        motifs = {str(d.pk): motif for d, motif in refus.motifs.items()}
        for demande in formulaire.demandes:
            motif = motifs.get(demande["id"].value() or "")
            if motif:
                demande.add_error("id", motif)
    except HorsChampRefuse as refus:
        for demande in formulaire.demandes:
            for pk, motif in refus.motifs.items():
                if demande["id"].value() == str(pk):
                    demande.add_error("issue", motif)
    except DemandeEtrangere as refus:
        formulaire.demandes[refus.numero].add_error("id", refus)
    except ValidationError as erreur:
        formulaire.visite.add_error(None, erreur)
    else:
        messages.success(request, "Visite corrigée. L’état précédent est conservé.")
        return redirect(retour(request))
    return _page(request, visite, formulaire, statut=422)


def _page(request: Requete, visite: Visite, formulaire: Saisie, statut: int = 200) -> HttpResponse:
    # The version this person saw goes on, unless they have just been shown a later one.
    version = formulaire.visite["version"].value()
    contexte = contexte_formulaire(formulaire) | {
        "visite": visite,
        "version": version,
        "retagage_tardif": tardif(visite),
        "retour": retour(request),
    }
    if statut == 409:
        contexte |= {"version": visite.version, "entretemps": avec_demandes().get(pk=visite.pk)}
    return render(request, "accueil/saisie/corriger.html", contexte, status=statut)


def _basculer(request: Requete, pk: int, geste) -> HttpResponse:
    visite = _modifiable(request, pk)
    refus = ""
    try:
        geste(request.user, visite)
    except ValidationError as erreur:
        refus = erreur.messages[0]
    if not request.htmx:
        messages.error(request, refus) if refus else messages.success(request, "C’est fait.")
        return redirect(retour(request))
    visite = avec_demandes().get(pk=pk)
    proposer(request.user, [visite])
    reponse = render(request, "accueil/saisie/_ligne.html", {"visite": visite, "refus": refus})
    reponse["HX-Trigger-After-Swap"] = "visite-modifiee"
    return reponse


@agents_seulement
@require_POST
def visite_annuler(request: Requete, pk: int) -> HttpResponse:
    return _basculer(request, pk, annuler)


@agents_seulement
@require_POST
def visite_retablir(request: Requete, pk: int) -> HttpResponse:
    return _basculer(request, pk, retablir)
