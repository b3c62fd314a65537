"""Who read the cases of a point, and who searched a name there: for its manager alone."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accueil.acces import Requete, reserve_a
from mediation.consultations import lire_page

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
