"""Satisfaction, from inside: the points, one point's answers and comments, its questionnaire and poster."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accueil.acces import Requete, encadrants_seulement, lecteurs_seulement
from accueil.filtres import Options
from accueil.forms.perimetre import lire_perimetre
from accueil.models import PointAccueil
from pimms.socle.pages import executer
from qualite import affiche, satisfaction
from qualite import lecture_satisfaction as lecture
from qualite.forms.satisfaction import PeriodeForm
from qualite.models import CommentaireAvis, Questionnaire
from qualite.parametres import valeurs_du_jour

SEUIL = "satisfaction_reponses"


def _point(request: Requete, code: str) -> PointAccueil:
    points = PointAccueil.objects.visibles_par(request.user).select_related("association")
    return get_object_or_404(points, code=code)


def _point_tenu(request: Requete, code: str) -> PointAccueil:
    point = _point(request, code)
    if not request.user.portee.gere(point):
        raise Http404
    return point


@lecteurs_seulement
@require_safe
def satisfaction_points(request: Requete) -> HttpResponse:
    """Points that one may look at with their answers over a period; the only one has its page."""
    portee = request.user.portee
    if len(portee.points) == 1 and not portee.reseau and not portee.associations:
        return satisfaction_point(request, portee.points[0].code)
    options = Options(request.user)
    perimetre = lire_perimetre(request.GET, options)
    points = [p for p in options.points.values() if perimetre.points is None or p.pk in perimetre.points]
    aujourdhui = max((p.aujourdhui() for p in points), default=timezone.localdate())
    form = PeriodeForm(_jours(request), aujourdhui=aujourdhui)
    periode = form.periode()
    cles = [p.pk for p in points]
    resultats = lecture.resultats(cles, periode, valeurs_du_jour(aujourdhui)[SEUIL])
    vivants = lecture.vivants(cles)
    contexte = {
        "form": form,
        "periode": periode,
        "jours": f"?du={periode.du}&au={periode.au}" if form.is_bound else "",
        "perimetre": perimetre,
        "total": sum(lus.nombre for lus in resultats.values()),
        # A closed point has a line where its answers are counted.
        "lignes": [
            (p, resultats[p.pk], p.pk in vivants)
            for p in points
            if resultats[p.pk].nombre or p.est_ouvert_le(p.aujourdhui())
        ],
    }
    statut = 422 if form.is_bound and form.errors else 200
    return render(request, "qualite/satisfaction/points.html", contexte, status=statut)


def _jours(request: Requete) -> dict[str, str]:
    return {c: request.GET[c] for c in ("du", "au") if c in request.GET}


@lecteurs_seulement
@require_safe
def satisfaction_point(request: Requete, code: str) -> HttpResponse:
    """One point: its answers over a period, its comments for its own people, its questionnaire."""
    point = _point(request, code)
    aujourdhui = point.aujourdhui()
    form = PeriodeForm(_jours(request), aujourdhui=aujourdhui)
    periode = form.periode()
    seuil = valeurs_du_jour(aujourdhui)[SEUIL]
    lit = request.user.portee.lit_les_notes(point.pk)
    avant = request.GET.get("avant", "")
    curseur = min(int(avant), 2**62) if avant.isdecimal() else None
    mots, suite = lecture.mots(request.user, point, periode, curseur) if lit else ((), None)
    contexte = {
        "point": point,
        "form": form,
        "periode": periode,
        "resultats": lecture.resultats([point.pk], periode, seuil)[point.pk],
        "lit": lit,
        "mots": mots,
        "suite": suite,
        "questionnaire": lecture.vivants([point.pk]).get(point.pk),
        "tient": request.user.portee.gere(point),
        "efface": point.pk in request.user.portee.points_de_responsable,
    }
    statut = 422 if form.is_bound and form.errors else 200
    return render(request, "qualite/satisfaction/point.html", contexte, status=statut)


def _page(point: PointAccueil) -> str:
    return reverse("satisfaction_point", args=[point.code])


@encadrants_seulement
@require_POST
def satisfaction_ouvrir(request: Requete, code: str) -> HttpResponse:
    """Open the questionnaire, or give it another address."""
    point = _point_tenu(request, code)
    return executer(
        request,
        lambda: satisfaction.ouvrir(request.user, point),
        "Le questionnaire est ouvert\u202f: imprimez son affiche.",
        _page(point),
    )


@encadrants_seulement
@require_POST
def satisfaction_fermer(request: Requete, code: str) -> HttpResponse:
    point = _point_tenu(request, code)
    return executer(
        request,
        lambda: satisfaction.fermer(request.user, point),
        "Le questionnaire est fermé. Les réponses restent.",
        _page(point),
    )


@encadrants_seulement
@require_safe
def satisfaction_affiche(request: Requete, code: str) -> HttpResponse:
    """The poster to print, as a PDF."""
    point = _point_tenu(request, code)
    questionnaire = get_object_or_404(Questionnaire, point=point, ferme_le__isnull=True)
    questionnaire.point = point
    try:
        octets = affiche.affiche(questionnaire)
    except affiche.ImpressionImpossible:
        messages.error(request, "Ce serveur ne peut pas préparer de PDF pour le moment. Réessayez plus tard.")
        return redirect(_page(point))
    reponse = HttpResponse(octets, content_type="application/pdf")
    reponse["Content-Disposition"] = f'inline; filename="affiche-satisfaction-{point.code}.pdf"'
    reponse["Cache-Control"] = "no-store"
    return reponse


@encadrants_seulement
@require_POST
def satisfaction_effacer(request: Requete, code: str, pk: int) -> HttpResponse:
    """Erase a comment that names someone; its face stays."""
    point = _point(request, code)
    if point.pk not in request.user.portee.points_de_responsable:
        raise Http404
    commentaire = get_object_or_404(CommentaireAvis, point=point, pk=pk)
    return executer(
        request,
        lambda: satisfaction.effacer_commentaire(request.user, commentaire),
        "Le commentaire est effacé, le visage reste compté.",
        _page(point),
    )
