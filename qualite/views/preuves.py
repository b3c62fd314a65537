"""Proofs: the list, one's page, adding, judging, withdrawing, erasing, downloading."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.acces import Requete, encadrants_seulement, lecteurs_seulement, reserve_a, union_seulement
from accueil.models import PointAccueil
from mediation.documents import TYPES
from pimms.socle.pages import conduire, executer
from qualite import lignees
from qualite import preuves as ecriture
from qualite.etat_preuve import EtatPreuve
from qualite.evaluation import Cadre
from qualite.forms.preuves import MotifForm
from qualite.lecture_preuves import evenements_par_version, lire_preuves, periodes, pure, valeurs_de
from qualite.models import FichierPreuve, Preuve, PreuveArretee, VersionPreuve

PAR_PAGE = 50
PERSONNES_MAX = 500  # of the teams looked after: the largest association has some tens


@lecteurs_seulement
@require_safe
def preuves(request: Requete) -> HttpResponse:
    """Proofs that one may read, the latest first; by requirement and by point, fifty a page."""
    visibles = Preuve.objects.visibles_par(request.user).order_by("-pk")
    exigences = Cadre.du(timezone.localdate()).exigences
    points = list(PointAccueil.objects.visibles_par(request.user))
    code, point = request.GET.get("exigence", ""), request.GET.get("point", "")
    avant = request.GET.get("avant", "")
    choisie = lignees.trouver(exigences, code)
    codes = choisie.lignee if choisie else (code,)
    filtrees = _filtrer(visibles, codes, next((p for p in points if p.code == point), None))
    if avant.isdecimal():
        filtrees = filtrees.filter(pk__lt=min(int(avant), 2**62))
    lues = lire_preuves(filtrees[: PAR_PAGE + 1], timezone.localdate(), periodes(exigences))
    suite = lues[PAR_PAGE - 1].preuve.pk if len(lues) > PAR_PAGE else None
    contexte = {
        "lues": lues[:PAR_PAGE],
        "exigences": exigences,
        "points": points,
        "exigence": choisie.code if choisie else code,
        "point": point,
        "suite": suite,
        "filtre": bool(code or point),
        "depose": _depose(request),
        "dirige": bool(request.user.portee.associations),
    }
    return render(request, "qualite/preuves/liste.html", contexte)


@reserve_a(lambda portee: bool(portee.associations))
@require_safe
def preuves_departs(request: Requete) -> HttpResponse:
    """Proofs about people who left: whose, what for, since when; their direction erases them."""
    partis = Preuve.objects.des_partis(request.user).select_related("personne").order_by("-pk")
    avant = request.GET.get("avant", "")
    if avant.isdecimal():
        partis = partis.filter(pk__lt=min(int(avant), 2**62))
    lignes = list(partis[: PAR_PAGE + 1])
    suite = lignes[PAR_PAGE - 1].pk if len(lignes) > PAR_PAGE else None
    contexte = {"preuves": lignes[:PAR_PAGE], "suite": suite}
    return render(request, "qualite/preuves/departs.html", contexte)


def _filtrer(preuves: QuerySet[Preuve], codes: Iterable[str], point: PointAccueil | None) -> QuerySet[Preuve]:
    cherches = [c[:12].replace("\x00", "") for c in codes if c]
    if cherches:
        preuves = preuves.filter(exigences__overlap=cherches)
    return preuves.filter(point=point) if point else preuves


def _depose(request: Requete) -> bool:
    portee = request.user.portee
    return portee.reseau or bool(portee.points_de_responsable or portee.associations)


def _trouver(request: Requete, pk: int) -> Preuve:
    """A proof that this person may read, else 404."""
    visibles = Preuve.objects.visibles_par(request.user)
    liens = ("association", "point", "personne", "employeur", "coffre", "action")
    return get_object_or_404(visibles.select_related(*liens), pk=pk)


def trouver_tenue(request: Requete, pk: int) -> Preuve:
    """A proof that this person may complete or withdraw, else 404."""
    preuve = _trouver(request, pk)
    if not ecriture.peut_tenir(request.user.portee, preuve):
        raise Http404
    return preuve


def _trouver_version(preuve: Preuve, numero: int) -> VersionPreuve:
    version = get_object_or_404(VersionPreuve, preuve=preuve, numero=numero)
    version.preuve = preuve
    return version


@lecteurs_seulement
@require_safe
def preuve(request: Requete, pk: int) -> HttpResponse:
    """One proof: its versions, what was decided about each, and what may be done."""
    objet = _trouver(request, pk)
    jour, portee = timezone.localdate(), request.user.portee
    arretee = Exists(PreuveArretee.objects.filter(version=OuterRef("pk")))
    versions = list(objet.versions.select_related("deposee_par").annotate(arretee=arretee))
    evenements = evenements_par_version(versions)
    exigences = [e for e in Cadre.du(jour).exigences if not set(e.lignee).isdisjoint(objet.exigences)]
    periode = min((e.periodicite for e in exigences if e.periodicite), default=None)
    lignes = []
    for version in versions:
        version.preuve = objet
        etat = pure(version, evenements[version.pk]).etat(jour, periode)
        lignes.append((version, valeurs_de(version), etat, evenements[version.pk]))
    finie = any(etat in (EtatPreuve.RETIREE, EtatPreuve.EFFACEE) for _, _, etat, _ in lignes)
    tient = ecriture.peut_tenir(portee, objet)
    contexte = {
        "preuve": objet,
        "exigences": exigences,
        "lignes": lignes,
        "periode": periode,
        "tient": tient and not finie,
        "a_servi": tient and any(version.arretee for version in versions),
        "juge": portee.reseau and not finie,
        "efface": tient and objet.coffre is not None and ecriture.peut_effacer(portee, objet),
    }
    return render(request, "qualite/preuves/page.html", contexte)


def _motiver(
    request: Requete, retour: str, ecrire: Callable[[str], None], titre: str, chapeau: str, succes: str
) -> HttpResponse:
    form = MotifForm(request.POST if request.method == "POST" else None)
    return conduire(
        request,
        form,
        lambda: ecrire(form.cleaned_data["motif"]),
        titre=titre,
        chapeau=chapeau,
        bouton=titre,
        retour=retour,
        succes=succes,
    )


@union_seulement
@require_http_methods(["GET", "POST"])
def preuve_refuser(request: Requete, pk: int, numero: int) -> HttpResponse:
    version = _trouver_version(_trouver(request, pk), numero)
    return _motiver(
        request,
        reverse("preuve", args=[pk]),
        lambda motif: ecriture.refuser(request.user, version, motif),
        "Refuser cette version",
        "Elle comptera comme manquante. L’équipe lira pourquoi.",
        "La version est refusée.",
    )


@union_seulement
@require_POST
def preuve_lever(request: Requete, pk: int, numero: int) -> HttpResponse:
    version = _trouver_version(_trouver(request, pk), numero)
    retour = reverse("preuve", args=[pk])
    return executer(
        request, lambda: ecriture.lever_refus(request.user, version), "Le refus est levé.", retour
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def preuve_retirer(request: Requete, pk: int) -> HttpResponse:
    preuve = trouver_tenue(request, pk)
    return _motiver(
        request,
        reverse("preuve", args=[pk]),
        lambda motif: ecriture.retirer(request.user, preuve, motif),
        "Retirer cette preuve",
        "Pour une preuve ajoutée par erreur. Elle ne compte plus, et reste lisible.",
        "La preuve est retirée.",
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def preuve_effacer(request: Requete, pk: int) -> HttpResponse:
    """Erase a proof for good; that of someone who left, without reading it."""
    preuve = get_object_or_404(Preuve.objects.effacables_par(request.user), pk=pk)
    lue = Preuve.objects.visibles_par(request.user).filter(pk=pk).exists()
    return _motiver(
        request,
        reverse("preuve", args=[pk]) if lue else reverse("preuves_departs"),
        lambda motif: ecriture.effacer(request.user, preuve, motif),
        "Effacer pour de bon",
        "À la demande de quelqu’un, quand la loi l’exige. Le fichier et les textes sont détruits ; restent "
        "l’empreinte, la date et le motif.",
        "La preuve est effacée.",
    )


@lecteurs_seulement
@require_safe
def preuve_fichier(request: Requete, pk: int, numero: int) -> HttpResponse:
    """Download a version's file, after its hash was computed again."""
    version = _trouver_version(_trouver(request, pk), numero)
    try:
        nom, octets = ecriture.lire(request.user, version)
    except FichierPreuve.DoesNotExist as absent:
        raise Http404 from absent
    except ecriture.FichierAltere:
        messages.error(
            request,
            "Ce fichier a été modifié ou perdu depuis son dépôt\u202f: il n’est pas donné, et compte comme "
            "manquant.",
        )
        return redirect("preuve", pk=pk)
    reponse = HttpResponse(octets, content_type=TYPES[version.format])
    reponse["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=nom)
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    reponse["Cache-Control"] = "no-store"
    return reponse
