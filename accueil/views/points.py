"""Points: the list, a point's page, and the forms of what is dated about it."""

from datetime import date, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil import reseau
from accueil.acces import Requete, agents_seulement, lecteurs_seulement, point_courant, union_seulement
from accueil.forms.points import FiltrePoints, PointForm, ServiceForm
from accueil.horaires import Calendrier
from accueil.models import Acces, Commune, LabelFranceServices, PointAccueil
from accueil.models.personnes import ROLES_DE_POINT
from accueil.models.points import Jour, PointQuerySet
from accueil.reseau import UN_JOUR
from pimms.socle.pages import conduire, donnees, suite_sure
from pimms.socle.textes import cle_tri

COMMUNES_MAX = 10


def trouver(request: Requete, code: str) -> PointAccueil:
    """A point that this person may look at, else 404."""
    points = PointAccueil.objects.visibles_par(request.user)
    return get_object_or_404(points.select_related("association", "commune__departement__region"), code=code)


def trouver_gere(request: Requete, code: str) -> PointAccueil:
    """A point that this person looks after, else 404."""
    point = trouver(request, code)
    if not request.user.portee.gere(point):
        raise Http404
    return point


def _filtrer(points: PointQuerySet, valeurs: dict) -> PointQuerySet:
    jour = timezone.localdate()
    if q := valeurs.get("q"):
        points = points.filter(
            Q(nom_tri__contains=cle_tri(q))
            | Q(code__istartswith=q)
            | Q(commune__nom_tri__startswith=cle_tri(q))
        )
    if region := valeurs.get("region"):
        points = points.filter(commune__departement__region=region)
    if association := valeurs.get("association"):
        points = points.filter(association=association)
    if nature := valeurs.get("nature"):
        points = points.filter(nature=nature)
    etat = valeurs.get("etat")
    if etat == "ouverts":
        points = points.ouverts(jour)
    elif etat == "fermes":
        points = points.filter(ferme_le__lte=jour)
    elif etat == "labellises":
        points = points.filter(labels__in=LabelFranceServices.objects.en_vigueur(jour))
    return points


def _choix(points: QuerySet) -> dict[str, list[tuple]]:
    """Regions and associations that the visible points have, in one statement."""
    paires = points.order_by().values_list(
        "commune__departement__region_id",
        "commune__departement__region__nom",
        "association_id",
        "association__nom",
    )
    regions, associations = set(), set()
    for region_id, region, association_id, association in paires.distinct():
        regions.add((region_id, region))
        associations.add((association_id, association))
    return {
        "regions": sorted(regions, key=lambda r: cle_tri(r[1])),
        "associations": sorted(associations, key=lambda a: cle_tri(a[1])),
    }


@lecteurs_seulement
@require_safe
def liste(request: Requete) -> HttpResponse:
    """Every point this person may look at, with today's state; filters live in the URL."""
    visibles = PointAccueil.objects.visibles_par(request.user)
    valeurs = FiltrePoints(request.GET).valeurs()
    en_vigueur = LabelFranceServices.objects.en_vigueur(timezone.localdate())
    points = list(
        _filtrer(visibles, valeurs)
        .select_related("association", "commune__departement__region")
        .prefetch_related(Prefetch("labels", queryset=en_vigueur, to_attr="labels_actuels"))
    )
    calendrier = Calendrier.autour_d_aujourdhui(points)
    return render(
        request,
        "accueil/points/liste.html",
        {
            "lignes": [(p, calendrier.maintenant(p)) for p in points],
            "valeurs": valeurs,
            "natures": PointAccueil.Nature.choices,
            **_choix(visibles),
        },
    )


@agents_seulement
@require_safe
def mon_point(request: Requete) -> HttpResponse:
    point = point_courant(request)
    if point is None:
        raise Http404
    return redirect("point", point.code)


@lecteurs_seulement
@require_POST
def choisir(request: Requete, code: str) -> HttpResponse:
    """Work for another of one's points, then back to the page one was on."""
    if request.user.portee.point(code) is None:
        raise Http404
    request.session["point"] = code
    return redirect(suite_sure(request, reverse("accueil")))


def _semaine(point: PointAccueil, calendrier: Calendrier, lundi: date) -> list:
    return [(Jour(n).label, calendrier.le(point, lundi + n * UN_JOUR)) for n in range(7)]


@lecteurs_seulement
@require_safe
def page(request: Requete, code: str) -> HttpResponse:
    """A point: today's state, the week, the team, closures, bus's days, labels."""
    point = trouver(request, code)
    jour = point.aujourdhui()
    lundi = jour - timedelta(days=jour.weekday())
    calendrier = Calendrier.charger([point], lundi, jour + timedelta(days=60))
    gere = request.user.portee.gere(point)
    plages_a_venir = sorted({p.debut for p in calendrier.plages[point.pk] if p.debut > jour})
    acces = Acces.objects.en_vigueur(jour).filter(point=point, role__in=ROLES_DE_POINT)
    return render(
        request,
        "accueil/points/page.html",
        {
            "point": point,
            "jour": jour,
            "etat": calendrier.maintenant(point),
            "semaine": _semaine(point, calendrier, lundi),
            "changement": plages_a_venir[0] if plages_a_venir else None,
            "fermetures": [f for f in calendrier.fermetures[point.pk] if not f.fin or f.fin >= jour],
            "tournees": [j for j in calendrier.journees[point.pk] if j.jour >= jour],
            "equipe": acces.select_related("personne").order_by("personne__nom_tri", "-role"),
            "labels": point.labels.all(),
            "gere": gere,
            "reseau": request.user.portee.reseau,
        },
    )


@union_seulement
@require_http_methods(["GET", "POST"])
def nouveau(request: Requete) -> HttpResponse:
    form = PointForm(donnees(request), initial={"association": request.GET.get("association")})
    return conduire(
        request,
        form,
        lambda: reseau.enregistrer_point(request.user, form.instance),
        titre="Nouveau point",
        bouton="Créer le point",
        retour=reverse("points"),
        suite=lambda: reverse("point", args=[form.instance.code]),
        succes=lambda: f"Le point {form.instance.nom} est créé. Il lui reste des horaires et une équipe.",
    )


@union_seulement
@require_http_methods(["GET", "POST"])
def modifier(request: Requete, code: str) -> HttpResponse:
    point = trouver(request, code)
    titre = f"Modifier {point.nom}"
    form = PointForm(donnees(request), instance=point)
    return conduire(
        request,
        form,
        lambda: reseau.enregistrer_point(request.user, point),
        titre=titre,
        retour=reverse("point", args=[code]),
        succes="Le point est enregistré.",
    )


@union_seulement
@require_http_methods(["GET", "POST"])
def service(request: Requete, code: str) -> HttpResponse:
    """Opening and closing dates of a point."""
    point = trouver(request, code)
    form = ServiceForm(donnees(request), instance=point)
    return conduire(
        request,
        form,
        lambda: reseau.fixer_service(request.user, point),
        titre=f"{point.nom}\u202f: mise en service et fermeture",
        chapeau="Un point fermé garde ses visites et son équipe passée\u202f; on n’y saisit plus rien.",
        retour=reverse("point", args=[code]),
        succes="Les dates du point sont enregistrées.",
    )


@lecteurs_seulement
@require_safe
def communes(request: Requete) -> HttpResponse:
    """Suggestions for a commune typed by name or postcode; ten `<option>` at most, the largest first.

    The text comes as `q`, or under the name of the field that asks.
    """
    texte = str(request.GET.get("q") or next(iter(request.GET.values()), "")).strip()[:80]
    cle = cle_tri(texte)
    trouvees = Commune.objects.none()
    if texte.isdigit() and len(texte) >= 2:
        trouvees = Commune.objects.filter(
            Q(codes_postaux__startswith=texte) | Q(codes_postaux__contains=f" {texte}")
        )
    elif len(cle) >= 2:
        trouvees = Commune.objects.filter(nom_tri__startswith=cle)
    return render(
        request,
        "accueil/points/_communes.html",
        {"communes": trouvees.order_by("-population", "nom_tri")[:COMMUNES_MAX]},
    )
