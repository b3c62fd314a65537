"""Themes: ordered, renamed, retired with a successor. Union only."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil import themes
from accueil.acces import Requete, union_seulement
from accueil.forms.themes import RetraitForm, ThemeForm
from accueil.models import Theme
from pimms.socle.pages import conduire, donnees, executer


@union_seulement
@require_safe
def liste(request: Requete) -> HttpResponse:
    """Themes in the desk's order; `deplace` tells which one has just moved, to keep the focus there."""
    tous = list(Theme.objects.select_related("successeur"))
    return render(
        request,
        "accueil/themes/liste.html",
        {
            "themes": [t for t in tous if t.retire_le is None],
            "retires": [t for t in tous if t.retire_le is not None],
            "deplace": request.GET.get("deplace", ""),
            "sens": request.GET.get("sens", ""),
        },
    )


@union_seulement
@require_http_methods(["GET", "POST"])
def nouveau(request: Requete) -> HttpResponse:
    form = ThemeForm(donnees(request))
    return conduire(
        request,
        form,
        lambda: themes.creer(request.user, form.instance),
        titre="Nouveau thème",
        bouton="Créer le thème",
        retour=reverse("themes"),
        succes=lambda: f"Le thème {form.instance.nom} est créé, en fin de liste.",
    )


@union_seulement
@require_http_methods(["GET", "POST"])
def modifier(request: Requete, pk: int) -> HttpResponse:
    theme = get_object_or_404(Theme, pk=pk)
    return conduire(
        request,
        ThemeForm(donnees(request), instance=theme),
        lambda: themes.modifier(request.user, theme),
        titre=f"Modifier le thème {theme.nom}",
        chapeau="Les visites déjà enregistrées prendront le nouveau nom.",
        retour=reverse("themes"),
        succes="Le thème est enregistré.",
    )


@union_seulement
@require_POST
def deplacer(request: Requete, pk: int) -> HttpResponse:
    theme = get_object_or_404(Theme, pk=pk)
    sens = "bas" if request.POST.get("sens") == "bas" else "haut"
    themes.deplacer(request.user, theme, sens)
    # No fragment: with one, browsers leave `autofocus` aside.
    return redirect(f"{reverse('themes')}?deplace={theme.code}&sens={sens}")


@union_seulement
@require_http_methods(["GET", "POST"])
def retirer(request: Requete, pk: int) -> HttpResponse:
    theme = get_object_or_404(Theme, pk=pk, retire_le__isnull=True)
    form = RetraitForm(donnees(request), theme=theme, initial={"retire_le": themes.aujourd_hui()})

    def ecrire() -> None:
        c = form.cleaned_data
        themes.mettre_au_retrait(request.user, theme, c["retire_le"], c["successeur"])

    return conduire(
        request,
        form,
        ecrire,
        titre=f"Retirer le thème {theme.nom}",
        bouton="Retirer le thème",
        retour=reverse("themes"),
        succes=f"Le thème {theme.nom} est retiré.",
    )


@union_seulement
@require_POST
def remettre(request: Requete, pk: int) -> HttpResponse:
    theme = get_object_or_404(Theme, pk=pk, retire_le__isnull=False)
    return executer(
        request,
        lambda: themes.remettre_en_service(request.user, theme),
        f"Le thème {theme.nom} est de nouveau en service.",
        reverse("themes"),
    )
