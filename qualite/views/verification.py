"""The public check of a report: drop a file, or follow the code printed on it. No login, nothing kept.

The page needs no cookie, hence no CSRF token: a forged form could do no more than anyone's own.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from pimms.socle.debit import laisse_passer, provenance
from pimms.socle.televersement import EnMemoire, Plafond, trop_lourds
from qualite.rapports import verification
from qualite.rapports.pages import remplacant

PAR_PROVENANCE = 60  # files in five minutes
SANS_FICHIER = "Choisissez le fichier PDF à vérifier."
TROP_LOURD = "Ce fichier est trop lourd pour être l’un de nos rapports\u202f: 12 Mo au plus."
TROP_SOUVENT = "Beaucoup de fichiers sont venus d’ici\u202f: réessayez dans quelques minutes."


@csrf_exempt
@require_http_methods(["GET", "POST"])
@never_cache
def verifier(request: HttpRequest) -> HttpResponse:
    """Say whether a file is genuine. It is read in memory and forgotten."""
    if request.method == "GET":
        return _page(request)
    if not laisse_passer({f"verifier:{provenance(request)}": PAR_PROVENANCE}):
        return _page(request, 429, erreur=TROP_SOUVENT)
    # Never the disk, whatever the size.
    request.upload_handlers = [Plafond(request), EnMemoire(request)]
    recu = request.FILES.get("fichier")
    if trop_lourds(request):
        return _page(request, 422, erreur=TROP_LOURD)
    if recu is None:
        return _page(request, 422, erreur=SANS_FICHIER)
    return _page(request, trouve=verification.verifier(recu.read()))


def _page(request: HttpRequest, statut: int = 200, **contexte) -> HttpResponse:
    return render(request, "verifier/page.html", contexte, status=statut)


@require_safe
@never_cache
def verifier_code(request: HttpRequest, code: str) -> HttpResponse:
    """What the printed code leads to: which report, the hash of its file, whether another replaced it."""
    rapport = verification.trouver(code)
    if rapport is None:
        raise Http404
    contexte = {"rapport": rapport, "remplace_par": remplacant(rapport)}
    return render(request, "verifier/code.html", contexte)
