"""Exports of the journal: ask, watch the progress, download, find again."""

import json
from datetime import datetime

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accueil.acces import Requete, lecteurs_seulement
from accueil.confirmation import confirmee
from accueil.demandes_export import TropDExports, demander_export
from accueil.exports import GARDES, dossier, relire
from accueil.filtres import Filtre, Options
from accueil.forms.journal import lire_filtre
from accueil.models import Export
from pimms.socle.taches import Impossible

NOMMES = 3
TYPES = {
    Export.Format.CSV.value: "text/csv; charset=utf-8",
    Export.Format.XLSX.value: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@lecteurs_seulement
@require_POST
@reauthentication_required
def exporter(request: Requete) -> HttpResponse:
    """Ask for an export of the filter given as a query string in `filtre`."""
    parametres = QueryDict(request.POST.get("filtre", "")[:2000])
    options = Options(request.user)
    filtre, formulaire = lire_filtre(parametres, options)
    format_fichier = request.POST.get("format", "")
    if formulaire.errors or format_fichier not in Export.Format.values:
        messages.error(request, "L’export n’a pas été lancé : vérifiez le filtre et le format.")
        return redirect(f"{reverse('journal')}?{parametres.urlencode()}")
    try:
        export = demander_export(options.utilisateur, filtre, format_fichier)
    except TropDExports:
        messages.warning(
            request, "Plusieurs de vos exports sont déjà en préparation : attendez qu’ils soient prêts."
        )
        return redirect("exports")
    return redirect("export", pk=export.pk)


@lecteurs_seulement
@require_safe
@never_cache
def exports(request: Requete) -> HttpResponse:
    """One's own exports, newest first."""
    miens = Export.objects.visibles_par(request.user).select_related("point")
    options = Options(request.user)
    lignes = [(e, _heure_locale(e), _contenu(e, options)) for e in miens]
    contexte = {"exports": lignes, "gardes": GARDES}
    return render(request, "accueil/journal/exports.html", contexte)


def _contenu(export: Export, options: Options) -> dict:
    """What an export holds, in words, and the way back to its filter; empty when access is lost."""
    try:
        filtre = relire(export, options).filtre
    except Impossible:
        return {}
    return {
        "filtre": filtre,
        "url": f"{reverse('journal')}?{filtre.url()}",
        "texte": filtre.url(),
        "mots": [f"{libelle} : {valeur}" for _, libelle, valeur in filtre.mots()],
        "points": _points(filtre, options),
    }


def _points(filtre: Filtre, options: Options) -> str:
    """The points of an export: their names when they are few."""
    if filtre.points is None:
        return "Tout le réseau"
    noms = [p.nom for p in options.points.values() if p.pk in filtre.points]
    return ", ".join(noms) if len(noms) <= NOMMES else f"{len(noms)} points"


def _mien(request: Requete, pk: int) -> Export:
    """One's own export; a stranger gets 404."""
    miens = Export.objects.visibles_par(request.user).select_related("point")
    return get_object_or_404(miens, pk=pk)


@lecteurs_seulement
@require_safe
@never_cache
def export(request: Requete, pk: int) -> HttpResponse:
    """Where an export stands; htmx asks again for the part that changes until it is done."""
    demande = _mien(request, pk)
    options = Options(request.user)
    contexte = {
        "export": demande,
        "contenu": _contenu(demande, options),
        "demande_le": _heure_locale(demande),
    }
    gabarit = "_export.html" if request.htmx else "export.html"
    reponse = render(request, f"accueil/journal/{gabarit}", contexte)
    patch_vary_headers(reponse, ["HX-Request"])
    if request.htmx and demande.fini:
        fin = "L’export est prêt." if demande.telechargeable else "L’export n’a pas abouti."
        reponse["HX-Trigger"] = json.dumps({"annoncer": fin})
    return reponse


def _heure_locale(demande: Export) -> datetime:
    """When it was asked for, on the clock of its point, or Paris's for several points."""
    fuseau = demande.point.tz if demande.point else timezone.get_default_timezone()
    return timezone.localtime(demande.demande_le, fuseau).replace(tzinfo=None)


@lecteurs_seulement
@require_safe
@never_cache
def telecharger(request: Requete, pk: int) -> HttpResponseBase:
    """The file, for the person who asked for it, as long as they may read its points."""
    demande = _mien(request, pk)
    if not demande.telechargeable:
        raise Http404
    return _envoyer(request, demande)


@confirmee
def _envoyer(request: Requete, demande: Export) -> FileResponse:
    try:
        relire(demande, Options(request.user))
        fichier = (dossier() / demande.fichier).open("rb")
    except (Impossible, FileNotFoundError) as erreur:
        raise Http404 from erreur
    return FileResponse(
        fichier, as_attachment=True, filename=nom_du_fichier(demande), content_type=TYPES[demande.format]
    )


def nom_du_fichier(demande: Export) -> str:
    """`journal-LYO-GER-2026-11-23.xlsx`: point, and day of the request there."""
    jour = _heure_locale(demande).date()
    quoi = demande.point.code if demande.point else "plusieurs-points"
    return f"journal-{quoi}-{jour.isoformat()}.{demande.format}"
