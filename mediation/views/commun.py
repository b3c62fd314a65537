"""Fetch a case for this person: the one place where views check who may see it, and tell who read it."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from accueil.acces import Requete
from mediation.consultations import avec_lecteurs, avec_motif, noter_lecture
from mediation.fiche import Fiche, charger, fiche
from mediation.lecture import lit
from mediation.models import Dossier

_LIENS = ("point__association", "cle_donnees", "mediateur", "theme", "partenaire")


def fiche_visible(request: Requete, reference: str) -> Fiche:
    """The whole case, under pseudonyms where this person has no role; 404 to strangers."""
    dossiers = avec_motif(charger(Dossier.objects.visibles_par(request.user)), request.user)
    if request.user.portee.points_de_responsable:
        dossiers = avec_lecteurs(dossiers)
    vue = fiche(request.user, get_object_or_404(dossiers, reference=reference))
    if vue.lecture.complete:
        noter_lecture(request.user, vue.dossier)
    return vue


def dossier_lisible(request: Requete, reference: str) -> Dossier:
    """A case that this person reads and may change, else 404."""
    dossiers = Dossier.objects.lisibles_par(request.user)
    dossier = get_object_or_404(dossiers.select_related(*_LIENS), reference=reference)
    noter_lecture(request.user, dossier)
    return dossier


def dossier_du_responsable(request: Requete, reference: str) -> Dossier:
    """A case of a point that this person manages, read or not, or one that they read; else 404."""
    dossiers = Dossier.objects.visibles_par(request.user).select_related(*_LIENS)
    dossier = get_object_or_404(dossiers, reference=reference)
    responsable = dossier.point_id in request.user.portee.points_de_responsable
    if lit(request.user, dossier):
        noter_lecture(request.user, dossier)
    elif not responsable:
        raise Http404
    return dossier
