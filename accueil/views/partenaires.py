"""Partners and conventions."""

from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil import partenariats
from accueil.acces import Requete, encadrants_seulement
from accueil.forms.partenaires import ConventionForm, DenonciationForm, PartenaireForm
from accueil.models import Convention, Partenaire
from pimms.socle.pages import conduire, donnees, executer, recherche
from pimms.socle.textes import cle_tri


def _conventions(request: Requete):
    """Conventions that this person may read: the network's, and those of one's associations."""
    portee = request.user.portee
    conventions = Convention.objects.select_related("association")
    if portee.reseau:
        return conventions
    return conventions.filter(
        Q(association__isnull=True) | Q(association__in=partenariats.associations_visibles(portee))
    )


def trouver(request: Requete, pk: int, gerer: bool = False) -> Partenaire:
    """A partner that this person may read (or change, with `gerer`), else 404."""
    visibles = Partenaire.objects.visibles_par(request.user).select_related("association")
    partenaire = get_object_or_404(visibles, pk=pk)
    if gerer and not partenariats.peut_gerer(request.user.portee, partenaire.association_id):
        raise Http404
    return partenaire


@encadrants_seulement
@require_safe
def liste(request: Requete) -> HttpResponse:
    """Partners with the state of their latest convention; what falls due comes first."""
    q = recherche(request)
    visibles = Partenaire.objects.visibles_par(request.user)
    retires = request.GET.get("retires") == "1"
    partenaires = visibles.filter(nom_tri__contains=cle_tri(q), retire_le__isnull=not retires)
    partenaires = partenaires.select_related("association").prefetch_related(
        Prefetch("conventions", queryset=_conventions(request), to_attr="conventions_lisibles")
    )
    jour = timezone.localdate()
    lignes = [
        (p, [(c, partenariats.etat(c, jour)) for c in partenariats.actuelles(p.conventions_lisibles, jour)])
        for p in partenaires
    ]
    urgentes = [(p, c, e) for p, conventions in lignes for c, e in conventions if e.ton in ("ocre", "rouge")]
    return render(
        request,
        "accueil/partenaires/liste.html",
        {"lignes": lignes, "urgentes": urgentes, "q": q, "retires": retires},
    )


@encadrants_seulement
@require_safe
def page(request: Requete, pk: int) -> HttpResponse:
    partenaire = trouver(request, pk)
    portee = request.user.portee
    jour = timezone.localdate()
    conventions = _conventions(request).filter(partenaire=partenaire)
    return render(
        request,
        "accueil/partenaires/page.html",
        {
            "partenaire": partenaire,
            "lignes": [
                (c, partenariats.etat(c, jour), partenariats.peut_gerer(portee, c.association_id))
                for c in conventions
            ],
            "gere": partenariats.peut_gerer(portee, partenaire.association_id),
            "peut_conventionner": partenaire.association_id is None
            or partenariats.peut_gerer(portee, partenaire.association_id),
        },
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def nouveau(request: Requete) -> HttpResponse:
    form = PartenaireForm(donnees(request), portee=request.user.portee)
    return conduire(
        request,
        form,
        lambda: partenariats.enregistrer_partenaire(request.user, form.instance),
        titre="Nouveau partenaire",
        bouton="Créer le partenaire",
        retour=reverse("partenaires"),
        suite=lambda: reverse("partenaire", args=[form.instance.pk]),
        succes=lambda: f"{form.instance.nom} est créé\u202f: on peut le choisir à l’accueil.",
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def modifier(request: Requete, pk: int) -> HttpResponse:
    partenaire = trouver(request, pk, gerer=True)
    return conduire(
        request,
        PartenaireForm(donnees(request), instance=partenaire, portee=request.user.portee),
        lambda: partenariats.enregistrer_partenaire(request.user, partenaire),
        titre=f"Modifier {partenaire.nom}",
        retour=reverse("partenaire", args=[pk]),
        succes="Le partenaire est enregistré.",
    )


@encadrants_seulement
@require_POST
def retirer(request: Requete, pk: int) -> HttpResponse:
    """Retire a partner from the desk's choices, or bring it back."""
    partenaire = trouver(request, pk, gerer=True)
    succes = "n’est plus proposé à l’accueil" if partenaire.retire_le is None else "est de nouveau proposé"
    return executer(
        request,
        lambda: partenariats.basculer_retrait(request.user, partenaire),
        f"{partenaire.nom} {succes}.",
        reverse("partenaire", args=[pk]),
    )


def _convention(request: Requete, convention: Convention) -> HttpResponse:
    form = ConventionForm(donnees(request), instance=convention, portee=request.user.portee)
    return conduire(
        request,
        form,
        lambda: partenariats.enregistrer_convention(request.user, convention),
        titre=f"Convention avec {convention.partenaire.nom}",
        retour=reverse("partenaire", args=[convention.partenaire_id]),
        succes="La convention est enregistrée.",
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def convention_nouvelle(request: Requete, pk: int) -> HttpResponse:
    partenaire = trouver(request, pk)
    locale = partenaire.association_id
    if locale and not partenariats.peut_gerer(request.user.portee, locale):
        raise Http404
    return _convention(request, Convention(partenaire=partenaire))


def _trouver_convention(request: Requete, pk: int) -> Convention:
    convention = get_object_or_404(_conventions(request).select_related("partenaire", "association"), pk=pk)
    if not partenariats.peut_gerer(request.user.portee, convention.association_id):
        raise Http404
    return convention


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def convention(request: Requete, pk: int) -> HttpResponse:
    return _convention(request, _trouver_convention(request, pk))


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def convention_denoncer(request: Requete, pk: int) -> HttpResponse:
    objet = _trouver_convention(request, pk)
    form = DenonciationForm(donnees(request), initial={"denoncee_le": objet.denoncee_le or objet.fin})
    return conduire(
        request,
        form,
        lambda: partenariats.denoncer(request.user, objet, form.cleaned_data["denoncee_le"]),
        titre=f"Dénoncer la convention avec {objet.partenaire.nom}",
        chapeau="La convention et ses visites restent en mémoire.",
        bouton="Dénoncer la convention",
        retour=reverse("partenaire", args=[objet.partenaire_id]),
        succes="La convention est dénoncée.",
    )
