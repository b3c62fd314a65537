"""The data protection papers that an association completes: for directions and the union."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accueil.acces import Requete, reserve_a
from accueil.models import Association
from pimms.socle.odt import GENRE
from qualite.documents_rgpd import DOCUMENTS, preparer

directions = reserve_a(lambda p: p.reseau or bool(p.associations))


@directions
@require_safe
def documents(request: Requete) -> HttpResponse:
    """The list, with what each is for."""
    lignes = [(code, titre, texte) for code, (titre, texte) in DOCUMENTS.items()]
    return render(request, "qualite/documents_rgpd.html", {"documents": lignes})


@directions
@require_safe
def document(request: Requete, code: str) -> HttpResponse:
    """One document, in the name of one's association; the union gets it blank."""
    if code not in DOCUMENTS:
        raise Http404
    association = Association.objects.filter(pk__in=request.user.portee.associations).order_by("pk").first()
    reponse = HttpResponse(preparer(code, association, timezone.localdate()), content_type=GENRE)
    reponse["Content-Disposition"] = f'attachment; filename="{code}.odt"'
    return reponse
