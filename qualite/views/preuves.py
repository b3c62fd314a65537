"""Proofs: the list, one's page, adding, judging, withdrawing, erasing, downloading."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.acces import (
    Portee,
    Requete,
    en_poste,
    encadrants_seulement,
    lecteurs_seulement,
    union_seulement,
)
from accueil.equipe import points_geres
from accueil.models import Association, PointAccueil, Utilisateur
from mediation.documents import TYPES
from pimms.socle.pages import conduire, executer
from pimms.socle.televersement import trop_lourds
from qualite import preuves as ecriture
from qualite.depots import Objet
from qualite.etat_preuve import EtatPreuve
from qualite.forms.preuves import MotifForm, PreuveForm, VersionForm
from qualite.lecture_preuves import evenements_par_version, lire_preuves, pure, valeurs_de
from qualite.models import Exigence, FichierPreuve, Preuve, PreuveArretee, VersionPreuve
from qualite.parametres import en_vigueur

PAR_PAGE = 50
PERSONNES_MAX = 500  # of the teams looked after: the largest association has some tens


@lecteurs_seulement
@require_safe
def preuves(request: Requete) -> HttpResponse:
    """Proofs that one may read, the latest first; by requirement and by point, fifty a page."""
    visibles = Preuve.objects.visibles_par(request.user).order_by("-pk")
    exigences = list(Exigence.objects.filter(referentiel=en_vigueur(timezone.localdate())))
    points = list(PointAccueil.objects.visibles_par(request.user))
    code, point = request.GET.get("exigence", ""), request.GET.get("point", "")
    avant = request.GET.get("avant", "")
    filtrees = _filtrer(visibles, code, next((p for p in points if p.code == point), None))
    if avant.isdecimal():
        filtrees = filtrees.filter(pk__lt=min(int(avant), 2**62))
    periodicites = {e.code: e.periodicite for e in exigences if e.periodicite}
    page = filtrees[: PAR_PAGE + 1]
    lues = lire_preuves(page, timezone.localdate(), periodicites)
    suite = lues[PAR_PAGE - 1].preuve.pk if len(lues) > PAR_PAGE else None
    contexte = {
        "lues": lues[:PAR_PAGE],
        "exigences": exigences,
        "points": points,
        "exigence": code,
        "point": point,
        "suite": suite,
        "filtre": bool(code or point),
        "depose": _depose(request),
    }
    return render(request, "qualite/preuves/liste.html", contexte)


def _filtrer(preuves: QuerySet[Preuve], code: str, point: PointAccueil | None) -> QuerySet[Preuve]:
    if code:
        preuves = preuves.filter(exigences__contains=[code[:12].replace("\x00", "")])
    return preuves.filter(point=point) if point else preuves


def _depose(request: Requete) -> bool:
    portee = request.user.portee
    return portee.reseau or bool(portee.points_de_responsable or portee.associations)


def _trouver(request: Requete, pk: int) -> Preuve:
    """A proof that this person may read, else 404."""
    visibles = Preuve.objects.visibles_par(request.user)
    liens = ("association", "point", "personne", "employeur", "coffre")
    return get_object_or_404(visibles.select_related(*liens), pk=pk)


def _trouver_tenue(request: Requete, pk: int) -> Preuve:
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
    exigences = list(
        Exigence.objects.filter(referentiel=en_vigueur(jour), code__in=objet.exigences).order_by("rang")
    )
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


def _envoi(request: Requete) -> dict:
    """What the form is bound to; a file dropped for its size while it came in is told as such."""
    if request.method != "POST":
        return {}
    lourd = "fichier" in trop_lourds(request)
    return {"data": request.POST, "files": request.FILES, "trop_lourd": lourd}


def _objets(request: Requete) -> dict[str, Objet]:
    """All those for whom this person may add a proof, by the form's code."""
    portee = request.user.portee
    points = list(points_geres(portee))
    associations = (
        Association.objects.all() if portee.reseau else Association.objects.filter(pk__in=portee.associations)
    )
    objets = {"reseau": Objet()} if portee.reseau else {}
    objets |= {f"association-{a.pk}": Objet(association=a) for a in associations}
    objets |= {f"point-{p.code}": Objet(point=p) for p in points}
    return objets | _personnes(portee)


def _personnes(portee: Portee) -> dict[str, Objet]:
    """Those in post today in a team looked after, once for each association that employs them."""
    equipes = en_poste(portee)
    employeurs = Association.objects.in_bulk(equipes)
    toutes = Utilisateur.objects.filter(pk__in=set().union(*equipes.values()))
    return {
        f"personne-{p.pk}-{cle}": Objet(association=employeurs[cle], personne=p)
        for p in toutes.order_by("nom_tri", "pk")[:PERSONNES_MAX]
        for cle, equipe in equipes.items()
        if p.pk in equipe
    }


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def preuve_nouvelle(request: Requete) -> HttpResponse:
    """Add a proof; `exigence` and `objet` in the address choose for the person who comes from a finding."""
    exigences = Exigence.objects.filter(referentiel=en_vigueur(timezone.localdate()))
    objets = _objets(request)
    initial = {"exigence": request.GET.get("exigence"), "objet": request.GET.get("objet")}
    if len(objets) == 1:
        initial["objet"] = next(iter(objets))
    choix = [(e.code, str(e)) for e in exigences]
    form = PreuveForm(**_envoi(request), exigences=choix, objets=objets, initial=initial)
    return conduire(
        request,
        form,
        lambda: ecriture.deposer(request.user, form.objet_choisi(), form.exigences_choisies(), form.depot()),
        titre="Ajouter une preuve",
        chapeau="Le fichier est gardé chiffré. Ce qui a été ajouté ne s’efface pas : on le remplace.",
        bouton="Ajouter cette preuve",
        retour=reverse("preuves"),
        succes="La preuve est ajoutée.",
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def preuve_version(request: Requete, pk: int) -> HttpResponse:
    """Add a later version; the earlier ones stay."""
    preuve = _trouver_tenue(request, pk)
    derniere = preuve.versions.select_related("preuve__coffre").first()
    form = VersionForm(
        **_envoi(request), initial={"titre": valeurs_de(derniere)["titre"] if derniere else ""}
    )
    return conduire(
        request,
        form,
        lambda: ecriture.ajouter_version(request.user, preuve, form.depot()),
        titre="Ajouter une version",
        chapeau="Les versions d’avant restent, avec leurs dates.",
        bouton="Ajouter cette version",
        retour=reverse("preuve", args=[pk]),
        succes="La version est ajoutée.",
    )


def _motiver(
    request: Requete, pk: int, ecrire: Callable[[str], None], titre: str, chapeau: str, succes: str
) -> HttpResponse:
    form = MotifForm(request.POST if request.method == "POST" else None)
    return conduire(
        request,
        form,
        lambda: ecrire(form.cleaned_data["motif"]),
        titre=titre,
        chapeau=chapeau,
        bouton=titre,
        retour=reverse("preuve", args=[pk]),
        succes=succes,
    )


@union_seulement
@require_http_methods(["GET", "POST"])
def preuve_refuser(request: Requete, pk: int, numero: int) -> HttpResponse:
    version = _trouver_version(_trouver(request, pk), numero)
    return _motiver(
        request,
        pk,
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
    preuve = _trouver_tenue(request, pk)
    return _motiver(
        request,
        pk,
        lambda motif: ecriture.retirer(request.user, preuve, motif),
        "Retirer cette preuve",
        "Pour une preuve ajoutée par erreur. Elle ne compte plus, et reste lisible.",
        "La preuve est retirée.",
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def preuve_effacer(request: Requete, pk: int) -> HttpResponse:
    preuve = _trouver_tenue(request, pk)
    if not ecriture.peut_effacer(request.user.portee, preuve):
        raise Http404
    return _motiver(
        request,
        pk,
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
            "Ce fichier a été modifié depuis son dépôt : il n’est pas donné, et compte comme manquant.",
        )
        return redirect("preuve", pk=pk)
    reponse = HttpResponse(octets, content_type=TYPES[version.format])
    reponse["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=nom)
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    reponse["Cache-Control"] = "no-store"
    return reponse
