"""Papers of a case, to print and sign."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accueil.acces import Requete, agents_seulement
from mediation import imprimes
from mediation.forms.documents import OrientationForm
from mediation.models import Etape, Mandat
from mediation.views.cas import GABARIT, Cas, lire_cas
from pimms.socle.pages import donnees

SANS_PANGO = (
    "Ce serveur ne peut pas préparer de PDF pour le moment. Rien n’est perdu\u202f: réessayez plus tard."
)


def _servir(request: Requete, cas: Cas, nom: str, faire: Callable[[], bytes]) -> HttpResponse:
    """The PDF, opened by the browser so that it is printed at once."""
    try:
        octets = faire()
    except imprimes.ImpressionImpossible:
        messages.error(request, SANS_PANGO)
        return redirect(cas.page("documents"))
    reponse = HttpResponse(octets, content_type="application/pdf")
    reponse["Content-Disposition"] = f'inline; filename="{nom}-{cas.dossier.reference}.pdf"'
    reponse["Cache-Control"] = "no-store"
    return reponse


@agents_seulement
@require_safe
def consentement(request: Requete, reference: str, numero: int) -> HttpResponse:
    cas = lire_cas(request, reference)
    partie = cas.partie(numero)
    return _servir(
        request,
        cas,
        "accord-mediation",
        lambda: imprimes.consentement(request.user, cas.lecture, partie),
    )


@agents_seulement
@require_safe
def accord(request: Requete, reference: str, numero: int) -> HttpResponse:
    cas = lire_cas(request, reference)
    etapes = Etape.objects.select_related("auteur")
    etape = cas.trouver(etapes, numero, nature=Etape.Nature.ACCORD, annulee_le__isnull=True)
    return _servir(request, cas, "accord", lambda: imprimes.accord(request.user, cas.lecture, etape))


@agents_seulement
@require_safe
def mandat(request: Requete, reference: str, numero: int) -> HttpResponse:
    cas = lire_cas(request, reference)
    objet = cas.trouver(Mandat, numero)
    return _servir(request, cas, "mandat", lambda: imprimes.mandat(request.user, cas.lecture, objet))


@agents_seulement
@require_http_methods(["GET", "POST"])
def orientation(request: Requete, reference: str) -> HttpResponse:
    """Write the letter of an orientation and get it as a PDF; what was typed is not kept."""
    cas = lire_cas(request, reference)
    initial = {"partenaire": cas.dossier.partenaire_id}
    form = OrientationForm(donnees(request), initial=initial, lecture=cas.lecture, parties=cas.parties)
    if form.is_bound and form.is_valid():
        c = form.cleaned_data
        return _servir(
            request,
            cas,
            "orientation",
            lambda: imprimes.orientation(
                request.user, cas.lecture, c["partie"], c["partenaire"], c["contact"], c["objet"]
            ),
        )
    contexte = {
        "form": form,
        "dossier": cas.dossier,
        "titre": "Lettre d’orientation",
        "chapeau": "La lettre se prépare ici, s’imprime et se signe. Son texte n’est pas conservé\u202f: "
        "ajoutez la lettre signée aux documents du dossier.",
        "bouton": "Préparer la lettre",
        "retour": cas.page("documents"),
    }
    return render(request, GABARIT, contexte, status=422 if form.is_bound else 200)
