"""The archive of everything an association owns: asking for it, finding it again, taking it."""

from allauth.account.decorators import reauthentication_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accueil.acces import Requete, reserve_a
from pimms.socle.pages import conduire
from pimms.socle.textes import cle_tri
from qualite.archives import demandes
from qualite.forms.archives import ArchiveForm
from qualite.models import ArchiveAssociation

GARDEES = 20  # shown
GABARIT = "qualite/archives/page.html"
directions_seulement = reserve_a(lambda p: bool(p.associations))


def _contexte(request: Requete) -> dict:
    siennes = ArchiveAssociation.objects.visibles_par(request.user)
    return {
        "archives": siennes.select_related("association", "demande_par")[:GARDEES],
        "jours": ArchiveAssociation.VIE.days,
    }


@directions_seulement
@require_safe
@never_cache
def archives(request: Requete) -> HttpResponse:
    """Those asked for, the latest first, and the form that asks for one."""
    return render(request, GABARIT, _contexte(request) | {"form": ArchiveForm(utilisateur=request.user)})


@directions_seulement
@require_POST
@reauthentication_required
def archive_demander(request: Requete) -> HttpResponse:
    """Ask for an archive."""
    form = ArchiveForm(request.POST, utilisateur=request.user)
    return conduire(
        request,
        form,
        lambda: demandes.demander(request.user, form.cleaned_data["association"], form.cleaned_data["motif"]),
        titre="Emporter toutes les données",
        retour=reverse("archives"),
        succes="L’archive est demandée\u202f: un courriel vous dira quand elle est prête.",
        gabarit=GABARIT,
        **_contexte(request),
    )


@directions_seulement
@require_safe
@never_cache
@reauthentication_required
def archive_fichier(request: Requete, pk: int) -> StreamingHttpResponse:
    """The ZIP, opened while it is sent."""
    siennes = ArchiveAssociation.objects.visibles_par(request.user).select_related("association")
    archive = get_object_or_404(siennes, pk=pk)
    try:
        morceaux = demandes.lire(request.user, archive)
    except ArchiveAssociation.DoesNotExist as absente:
        raise Http404 from absente
    nom = f"{cle_tri(archive.association.nom).replace(' ', '-')}-{archive.demande_le:%Y-%m-%d}.zip"
    reponse = StreamingHttpResponse(morceaux, content_type="application/zip")
    reponse["Content-Length"] = str(archive.taille)
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse
