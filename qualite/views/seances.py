"""Practice-analysis sessions and team meetings: the list, a session, who was there."""

from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.acces import Requete, lecteurs_seulement, point_courant, reserve_a
from accueil.models import PointAccueil
from pimms.socle.pages import conduire, donnees, executer
from qualite import seances as ecriture
from qualite.forms.seances import PresentsForm, SeanceForm
from qualite.models import PointSeance, SeanceCollective
from qualite.pages_seances import PAR_PAGE, chiffres, habiller

# Who looks after a team by a role of their own: the union reads, and notes nothing.
gestion_seulement = reserve_a(lambda p: bool(p.points_de_responsable or p.associations))
FORMULAIRE = "qualite/seances/formulaire.html"


@lecteurs_seulement
@require_safe
def seances(request: Requete) -> HttpResponse:
    """Sessions of the points that one may look at, the latest first, fifty a page."""
    points = list(PointAccueil.objects.visibles_par(request.user))
    code, nature = request.GET.get("point", ""), request.GET.get("nature", "")
    choisi = next((p for p in points if p.code == code), points[0] if len(points) == 1 else None)
    if code and choisi is None:
        raise Http404
    if nature not in SeanceCollective.Nature.values:
        nature = ""
    lignes = SeanceCollective.objects.visibles_par(request.user)
    if choisi:
        lignes = lignes.filter(pk__in=PointSeance.objects.filter(point=choisi).values("seance"))
    if nature:
        lignes = lignes.filter(nature=nature)
    portee = request.user.portee
    trouvees = list(_apres(lignes, request.GET.get("apres", ""))[: PAR_PAGE + 1])
    suite = trouvees[PAR_PAGE - 1] if len(trouvees) > PAR_PAGE else None
    contexte = {
        "lignes": habiller(trouvees[:PAR_PAGE], request.user, {p.pk for p in points}),
        "points": points,
        "choisi": choisi,
        "nature": nature,
        "natures": SeanceCollective.Nature.choices,
        "suite": f"{suite.jour.isoformat()}~{suite.pk}" if suite else "",
        "note": bool(portee.points_de_responsable or portee.associations),
        "filtre": bool(code or nature),
    }
    if choisi:
        contexte |= chiffres(choisi)
    return render(request, "qualite/seances/liste.html", contexte)


def _apres(lignes: QuerySet[SeanceCollective], curseur: str) -> QuerySet[SeanceCollective]:
    """Sessions after the last one shown; a broken cursor shows the first page."""
    texte, _, pk = curseur.partition("~")
    try:
        jour, cle = date.fromisoformat(texte), int(pk[:18])
    except ValueError:
        return lignes
    return lignes.filter(Q(jour__lt=jour) | Q(jour=jour, pk__lt=cle))


def _point(request: Requete) -> PointAccueil:
    """The point for which a session is noted: the one asked for, else the current one, else the first."""
    points = list(ecriture.points_tenus(request.user.portee))
    code = request.POST.get("point") or request.GET.get("point")
    if code:
        point = next((p for p in points if p.code == code), None)
    else:
        courant = point_courant(request)
        point = courant if courant in points else next(iter(points), None)
    if point is None:
        raise Http404
    return point


@gestion_seulement
@require_http_methods(["GET", "POST"])
def seance_nouvelle(request: Requete) -> HttpResponse:
    """Note a session: everyone in post is ticked, the usual case takes one click."""
    point = _point(request)
    form = SeanceForm(donnees(request), point=point, nature=request.GET.get("nature", ""))
    autres = list(ecriture.points_tenus(request.user.portee))
    return conduire(
        request,
        form,
        lambda: ecriture.noter(request.user, point, form.saisie()),
        titre="Noter une séance ou une réunion",
        gabarit=FORMULAIRE,
        retour=f"{reverse('seances')}?point={point.code}",
        succes="La séance est enregistrée.",
        point=point,
        autres=autres if len(autres) > 1 and not form.is_bound else [],
    )


def _trouver(request: Requete, pk: int) -> SeanceCollective:
    """A session that this person may correct, else 404."""
    tenus = ecriture.points_tenus(request.user.portee)
    return get_object_or_404(SeanceCollective.objects.select_related("point"), pk=pk, point__in=tenus)


@gestion_seulement
@require_http_methods(["GET", "POST"])
def seance(request: Requete, pk: int) -> HttpResponse:
    """Correct a session."""
    objet = _trouver(request, pk)
    form = SeanceForm(donnees(request), point=objet.point, seance=objet)
    return conduire(
        request,
        form,
        lambda: ecriture.modifier(request.user, objet, form.saisie()),
        titre="Corriger cette séance",
        gabarit=FORMULAIRE,
        retour=f"{reverse('seances')}?point={objet.point.code}",
        succes="La séance est enregistrée.",
        point=objet.point,
        suppression=reverse("seance_supprimer", args=[pk]),
        question="Supprimer cette séance\u202f?",
    )


@gestion_seulement
@require_http_methods(["GET", "POST"])
def seance_presents(request: Requete, pk: int, code: str) -> HttpResponse:
    """Say who of one's own point was at a session, noted by another point or not."""
    tenus = ecriture.points_tenus(request.user.portee)
    lieux = PointSeance.objects.select_related("seance", "point")
    lieu = get_object_or_404(lieux, seance=pk, point__in=tenus, point__code=code)
    form = PresentsForm(donnees(request), lieu=lieu)
    return conduire(
        request,
        form,
        lambda: ecriture.noter_presents(request.user, lieu, form.cleaned_data["presents"]),
        titre="Qui était là",
        gabarit=FORMULAIRE,
        retour=f"{reverse('seances')}?point={code}",
        succes="Les présents sont notés.",
        point=lieu.point,
        seance=lieu.seance,
    )


@gestion_seulement
@require_POST
def seance_supprimer(request: Requete, pk: int) -> HttpResponse:
    objet = _trouver(request, pk)
    return executer(
        request,
        lambda: ecriture.supprimer(request.user, objet),
        "La séance est supprimée.",
        f"{reverse('seances')}?point={objet.point.code}",
    )
