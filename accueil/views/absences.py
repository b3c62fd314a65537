"""Absences of people in post: noted, changed, taken back."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accueil import absences
from accueil.acces import Requete, encadrants_seulement
from accueil.forms.equipe import AbsenceForm
from accueil.models import Absence, PointAccueil
from accueil.views.personnes import trouver as trouver_personne
from pimms.socle.pages import conduire, donnees, executer, suite_sure
from pimms.socle.typographie import de


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def nouvelle(request: Requete, pk: int) -> HttpResponse:
    """Note an absence; with several points, the form asks where (`point`: the code of the first choice)."""
    personne = trouver_personne(request, pk)
    points = absences.points_de_poste(request.user.portee, personne)
    if not points:
        raise Http404
    code = request.GET.get("point")
    point = next((p for p in points if p.code == code), points[0])
    return _conduire(request, Absence(personne=personne, point=point), points)


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def modifier(request: Requete, pk: int) -> HttpResponse:
    objet = _trouver(request, pk)
    return _conduire(request, objet, [objet.point] if objet.point else [])


@encadrants_seulement
@require_POST
def supprimer(request: Requete, pk: int) -> HttpResponse:
    objet = _trouver(request, pk)
    retour = reverse("personne", args=[objet.personne_id])
    return executer(
        request, lambda: absences.supprimer(request.user, objet), "L’absence est supprimée.", retour
    )


def _trouver(request: Requete, pk: int) -> Absence:
    """An absence that this person may change, else 404."""
    absence = get_object_or_404(Absence.objects.select_related("personne", "point"), pk=pk)
    portee = request.user.portee
    lecture = absences.lire(portee, absence, absences.points_de_poste(portee, absence.personne))
    if lecture is None or not lecture.modifiable:
        raise Http404
    return absence


def _conduire(request: Requete, objet: Absence, points: list[PointAccueil]) -> HttpResponse:
    motif = any(absences.lit_les_motifs(request.user.portee, p) for p in points)
    form = AbsenceForm(donnees(request), instance=objet, points=points, avec_motif=motif)
    return conduire(
        request,
        form,
        lambda: absences.noter(request.user, objet),
        titre=f"Absence {de(str(objet.personne))}",
        retour=suite_sure(request, reverse("personne", args=[objet.personne_id])),
        succes="L’absence est enregistrée.",
        suppression=reverse("absence_supprimer", args=[objet.pk]) if objet.pk else "",
        question="Supprimer cette absence\u202f?",
    )
