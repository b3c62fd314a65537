"""The référentiel as everyone reads it, its parameters and versions as the union decides them."""

from collections import defaultdict
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accueil.acces import Requete, lecteurs_seulement, union_seulement
from pimms.socle.pages import conduire, donnees
from pimms.socle.typographie import date_courte
from qualite.forms.referentiel import ApplicationForm, ValeurForm
from qualite.models import Application, Niveau, Referentiel, Valeur, Verification
from qualite.models.referentiel import parametres_au
from qualite.parametres import appliquer, decider_valeur, en_vigueur


@lecteurs_seulement
@require_safe
def referentiel(request: Requete, code: str = "") -> HttpResponse:
    """A version, block by block: the one in force today unless another is named."""
    courant = en_vigueur(timezone.localdate())
    version = get_object_or_404(Referentiel, code=code) if code else courant
    exigences = list(version.exigences.all())
    niveaux, verifications = dict(Niveau.choices), dict(Verification.choices)
    for e in exigences:
        e.niveaux_libelle = ", ".join(niveaux[n] for n in e.niveaux)  # type: ignore[attr-defined]
        e.verification_libelle = " et ".join(verifications[v] for v in e.verification)  # type: ignore[attr-defined]
    contexte = {
        "version": version,
        "courant": courant,
        "blocs": [
            (version.blocs[bloc], list(lignes)) for bloc, lignes in groupby(exigences, lambda e: e.bloc)
        ],
        "applications": Application.objects.select_related("referentiel"),
        "autres": Referentiel.objects.exclude(pk=version.pk),
        "nombre": len(exigences),
        "decide": request.user.portee.reseau,
    }
    return render(request, "qualite/referentiel.html", contexte)


@lecteurs_seulement
@require_safe
def parametres(request: Requete) -> HttpResponse:
    """The numbers that the rules use, with the decisions taken about each."""
    aujourdhui = timezone.localdate()
    version = en_vigueur(aujourdhui)
    lignes = list(parametres_au(version, aujourdhui))
    decisions = defaultdict(list)
    for valeur in Valeur.objects.select_related("parametre", "par"):
        decisions[valeur.parametre.nombre].append(valeur)
    for p in lignes:
        passees = [v for v in decisions[p.nombre] if v.debut <= aujourdhui]
        p.a_venir = [v for v in decisions[p.nombre] if v.debut > aujourdhui]
        p.derniere = passees[-1] if passees else None
    contexte = {"version": version, "parametres": lignes, "decide": request.user.portee.reseau}
    return render(request, "qualite/parametres.html", contexte)


@union_seulement
@require_http_methods(["GET", "POST"])
def parametre(request: Requete, code: str) -> HttpResponse:
    """Give a number of the version in force, or of the network, another value, from a day on."""
    jour = timezone.localdate()
    parametre = get_object_or_404(parametres_au(en_vigueur(jour), jour), code=code)
    form = ValeurForm(donnees(request), parametre=parametre)

    def decider() -> Valeur:
        return decider_valeur(request.user, parametre, **form.cleaned_data)

    return conduire(
        request,
        form,
        decider,
        titre=parametre.libelle,
        chapeau="Les évaluations déjà faites gardent leur valeur ; les rapports disent ce changement.",
        bouton="Décider cette valeur",
        retour=reverse("parametres"),
        succes=lambda: f"C’est décidé, à partir du {date_courte(form.cleaned_data['debut'])}.",
    )


@union_seulement
@require_http_methods(["GET", "POST"])
def version_suivante(request: Requete) -> HttpResponse:
    """Make the network go by another version from a day on."""
    form = ApplicationForm(donnees(request))
    return conduire(
        request,
        form,
        lambda: appliquer(request.user, form.cleaned_data["referentiel"], form.cleaned_data["debut"]),
        titre="Changer de version",
        chapeau="Ce qui a été évalué avant cette date le reste avec la version d’alors.",
        bouton="Appliquer cette version",
        retour=reverse("referentiel"),
        succes=lambda: f"« {form.cleaned_data['referentiel']} » s’appliquera à la date choisie.",
    )
