"""Change what a case says of itself; someone who comes second is shown what changed, and chooses."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accueil.acces import Requete, agents_seulement
from mediation import modifications
from mediation.cycle_de_vie import ModifieEntretemps
from mediation.forms.dossiers import ModifierForm
from mediation.models import Dossier
from mediation.views.commun import dossier_lisible
from pimms.socle.formulaires import ajouter_erreurs

LIBELLES = {
    "objet": "De quoi il s’agit",
    "theme": "Thème",
    "partenaire": "Partenaire",
    "institution": "Autre institution",
    "urgence": "Urgence",
    "origine": "Qui le demande",
}


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: Requete, reference: str) -> HttpResponse:
    dossier = dossier_lisible(request, reference)
    if request.method != "POST":
        return _page(request, dossier, _formulaire(dossier))
    form = ModifierForm(request.POST, point=dossier.point, dossier=dossier)
    if form.is_valid():
        try:
            modifications.modifier(
                request.user, dossier, form.cleaned_data, version=form.cleaned_data["version"]
            )
        except ModifieEntretemps:
            return _choisir(request, reference, form.cleaned_data)
        except ValidationError as erreur:
            ajouter_erreurs(form, erreur)
        except Dossier.DoesNotExist as absent:
            raise Http404 from absent
        else:
            messages.success(request, "Le dossier est enregistré.")
            return redirect("dossier", reference=reference)
    return _page(request, dossier, form, statut=422)


def _formulaire(dossier: Dossier, envoi: Any = None) -> ModifierForm:
    initial = modifications.valeurs(dossier) | {"version": dossier.version}
    return ModifierForm(envoi, point=dossier.point, dossier=dossier, initial=initial)


def _choisir(request: Requete, reference: str, saisi: dict[str, Any]) -> HttpResponse:
    """Show beside each other what the case says now and what was typed; sent again, the latter stays."""
    dossier = dossier_lisible(request, reference)
    envoi = request.POST.copy()
    envoi["version"] = str(dossier.version)
    form = _formulaire(dossier, envoi)
    maintenant = modifications.valeurs(dossier)
    lignes = [
        (LIBELLES[c], _lisible(form, c, maintenant[c]), _lisible(form, c, saisi[c]))
        for c in maintenant
        if maintenant[c] != saisi[c]
    ]
    return _page(request, dossier, form, statut=409, differences=lignes, entretemps=True)


def _lisible(form: ModifierForm, champ: str, valeur: Any) -> str:
    choix = getattr(form.fields[champ], "choices", None)
    if isinstance(valeur, str) and choix:
        return str(dict(choix).get(valeur, valeur))
    return str(valeur or "rien")


def _page(
    request: Requete, dossier: Dossier, form: ModifierForm, statut: int = 200, **contexte
) -> HttpResponse:
    contexte |= {"dossier": dossier, "form": form}
    return render(request, "mediation/dossiers/modifier.html", contexte, status=statut)
