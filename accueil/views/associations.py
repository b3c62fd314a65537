"""Associations: the list, a page with points, direction and contracts, and their forms."""

from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accueil import reseau
from accueil.acces import Requete, lecteurs_seulement, union_seulement
from accueil.forms.associations import AssociationForm, ContratForm
from accueil.models import Acces, Association, ContratFranchise
from accueil.models.personnes import Role
from pimms.socle.pages import conduire, donnees, recherche
from pimms.socle.textes import cle_tri
from pimms.socle.typographie import de


@union_seulement
@require_safe
def liste(request: Requete) -> HttpResponse:
    """All associations, with their number of points and the contract in force."""
    q = recherche(request)
    en_vigueur = ContratFranchise.objects.en_vigueur(timezone.localdate())
    associations = (
        Association.objects.filter(nom_tri__contains=cle_tri(q))
        .select_related("commune")
        .annotate(nb_points=Count("points"))
        .order_by("nom_tri", "id")  # Django forgets the model's order when it groups
        .prefetch_related(Prefetch("contrats", queryset=en_vigueur, to_attr="contrats_actuels"))
    )
    return render(request, "accueil/associations/liste.html", {"associations": associations, "q": q})


@lecteurs_seulement
@require_safe
def page(request: Requete, pk: int) -> HttpResponse:
    """An association, for the union and for those who work in it."""
    associations = Association.objects.visibles_par(request.user).select_related("commune")
    association = get_object_or_404(associations, pk=pk)
    jour = timezone.localdate()
    visibles = association.points.visibles_par(request.user)
    direction = Acces.objects.en_vigueur(jour).filter(association=association, role=Role.DIRECTION)
    return render(
        request,
        "accueil/associations/page.html",
        {
            "association": association,
            "points": association.points.select_related("commune"),
            "visibles": set(visibles.values_list("pk", flat=True)),
            "contrats": [(c, c.couvre(jour)) for c in association.contrats.all()],
            "direction": direction.select_related("personne"),
            "jour": jour,
            "reseau": request.user.portee.reseau,
        },
    )


@union_seulement
@require_http_methods(["GET", "POST"])
def nouvelle(request: Requete) -> HttpResponse:
    form = AssociationForm(donnees(request))
    return conduire(
        request,
        form,
        lambda: reseau.enregistrer_association(request.user, form.instance),
        titre="Nouvelle association",
        bouton="Créer l’association",
        retour=reverse("associations"),
        suite=lambda: reverse("association", args=[form.instance.pk]),
        succes=lambda: f"{form.instance.nom} est créée. Il lui reste un contrat et des points.",
    )


@union_seulement
@require_http_methods(["GET", "POST"])
def modifier(request: Requete, pk: int) -> HttpResponse:
    association = get_object_or_404(Association, pk=pk)
    return conduire(
        request,
        AssociationForm(donnees(request), instance=association),
        lambda: reseau.enregistrer_association(request.user, association),
        titre=f"Modifier {association.nom}",
        retour=reverse("association", args=[pk]),
        succes="L’association est enregistrée.",
    )


def _contrat(request: Requete, contrat: ContratFranchise) -> HttpResponse:
    return conduire(
        request,
        ContratForm(donnees(request), instance=contrat),
        lambda: reseau.enregistrer_contrat(request.user, contrat),
        titre=f"Contrat de franchise sociale {de(contrat.association.nom)}",
        retour=reverse("association", args=[contrat.association_id]),
        succes="Le contrat est enregistré.",
    )


@union_seulement
@require_http_methods(["GET", "POST"])
def contrat_nouveau(request: Requete, pk: int) -> HttpResponse:
    return _contrat(request, ContratFranchise(association=get_object_or_404(Association, pk=pk)))


@union_seulement
@require_http_methods(["GET", "POST"])
def contrat(request: Requete, pk: int) -> HttpResponse:
    return _contrat(request, get_object_or_404(ContratFranchise.objects.select_related("association"), pk=pk))
