"""Follow-up: hand over a code, find a request again by its code, record what became of it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accueil.acces import Requete, agents_seulement
from accueil.models import Demande, Suivi
from accueil.suivi import enregistrer_suite, lisible, par_code, remettre_code
from accueil.views.retour import retour


class SuiteForm(forms.Form):
    suite = forms.ChoiceField(
        label="Qu’est devenue cette demande ?", choices=Suivi.Suite, widget=forms.RadioSelect
    )
    suite_le = forms.DateField(
        label="Suite connue le",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Écrivez la date ainsi : 23/11/2026."},
    )


def _demande(request: Requete, pk: int) -> Demande:
    """A request of a point where this person works; others get 404."""
    demandes = Demande.objects.filter(
        point__in=request.user.portee.points_de_saisie,
        visite__annulee_le__isnull=True,
    ).select_related("visite", "point", "theme", "partenaire", "vers_partenaire", "suivi")
    return get_object_or_404(demandes, pk=pk)


@agents_seulement
@require_POST
def code_de_suivi(request: Requete, pk: int) -> HttpResponse:
    """Give a request its code; shown large, to be copied on a card."""
    demande = _demande(request, pk)
    try:
        suivi = remettre_code(request.user, demande)
    except ValidationError as erreur:
        messages.error(request, erreur.messages[0])
        return redirect("suite", pk=pk)
    contexte = {"suivi": suivi, "code": lisible(suivi.code or ""), "demande": demande}
    gabarit = "_code.html" if request.htmx else "code.html"
    return render(request, f"accueil/suivi/{gabarit}", contexte)


@agents_seulement
@require_GET
def suivi(request: Requete) -> HttpResponse:
    """Find a request by its code, at one's own points."""
    texte = request.GET.get("code", "").strip()[:40]
    if texte:
        trouve = par_code(request.user, texte)
        if trouve:
            return redirect("suite", pk=trouve.demande_id)
    return render(request, "accueil/suivi/chercher.html", {"texte": texte})


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def suite(request: Requete, pk: int) -> HttpResponse:
    """Record what became of a request (« suite connue »)."""
    demande = _demande(request, pk)
    connu = getattr(demande, "suivi", None)
    initial = {
        "suite": connu.suite if connu else "",
        "suite_le": (connu and connu.suite_le) or demande.point.aujourdhui(),
    }
    formulaire = SuiteForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and formulaire.is_valid():
        try:
            enregistrer_suite(
                request.user, demande, formulaire.cleaned_data["suite"], formulaire.cleaned_data["suite_le"]
            )
        except ValidationError as erreur:
            formulaire.add_error(None, erreur)
        else:
            messages.success(request, "Suite enregistrée.")
            return redirect(retour(request))
    statut = 422 if formulaire.errors else 200
    contexte = {"demande": demande, "suivi": connu, "form": formulaire}
    if connu and connu.code:
        contexte["code"] = lisible(connu.code)
    return render(request, "accueil/suivi/suite.html", contexte, status=statut)
