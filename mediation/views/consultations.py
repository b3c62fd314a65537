"""Who read the cases of a point, and who searched a name there: for its manager alone."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accueil.acces import Requete, agents_seulement, lecteurs_seulement, reserve_a
from accueil.views.actes import montrer_histoire
from mediation.consultations import MotifLecture, lire_page, noter_motif
from mediation.models import Dossier
from mediation.views.commun import dossier_lisible

responsables_seulement = reserve_a(lambda p: bool(p.points_de_responsable))
CLE_MAX = 18  # digits of an entry's number


@responsables_seulement
@require_safe
def liste(request: Requete) -> HttpResponse:
    """Readings and searches at the points that one manages, latest first; `?dossier=` for one case."""
    portee = request.user.portee
    points = [p for p in portee.points if p.pk in portee.points_de_responsable]
    reference = request.GET.get("dossier", "").replace("\x00", "")
    texte = request.GET.get("avant", "")
    avant = int(texte) if texte.isascii() and texte.isdecimal() and len(texte) <= CLE_MAX else None
    page = lire_page(points, avant, reference)
    suite = {c: v for c, v in (("dossier", reference), ("avant", page.suivant)) if v}
    contexte = {
        "page": page,
        "reference": reference,
        "retour": reverse("dossiers"),
        "plusieurs_points": len(points) > 1,
        "premiere": avant is None,
        "suivant": f"?{urlencode(suite)}" if page.suivant else "",
    }
    return render(request, "mediation/dossiers/lectures.html", contexte)


@lecteurs_seulement
@require_safe
def histoire(request: Requete, reference: str) -> HttpResponse:
    """What was done to a case, coded values only, for those who may know of it."""
    dossier = get_object_or_404(Dossier.objects.visibles_par(request.user), reference=reference)
    return montrer_histoire(request, dossier, f"Dossier {reference}", reverse("dossier", args=[reference]))


@agents_seulement
@require_POST
def motif(request: Requete, reference: str) -> HttpResponse:
    """Say why one reads a case that is not one's own."""
    dossier = dossier_lisible(request, reference)
    dit = request.POST.get("motif", "")
    if dit in MotifLecture.values:
        noter_motif(request.user, dossier, dit)
        messages.success(request, "C’est noté.")
    else:
        messages.error(request, "Choisissez une raison.")
    return redirect("dossier", reference=reference)
