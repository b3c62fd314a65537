"""Paths: one's own, the team's, a person's; qualifications, trainings and tutoring noted there."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.acces import Requete, agents_seulement, encadrants_seulement, reserve_a
from accueil.models import PointAccueil, Utilisateur
from pimms.socle.pages import conduire, donnees, executer
from pimms.socle.typographie import de
from qualite import pages_parcours as pages
from qualite import personnel
from qualite.charte import jour_de
from qualite.forms.personnel import FormationForm, NoteForm, QualificationForm, TutoratForm
from qualite.models import FormationSuivie, Qualification, Tutorat
from qualite.models.personnel import NotePersonne

equipe_seulement = reserve_a(lambda p: bool(p.points or p.associations))


@dataclass(frozen=True)
class Sorte:
    """A kind of row: its model, its form, how pages call it."""

    modele: type[NotePersonne]
    form: type[NoteForm]
    nouvelle: str
    nom: str
    succes: str


SORTES = {
    "qualification": Sorte(
        Qualification,
        QualificationForm,
        "Noter une qualification",
        "Qualification",
        "La qualification est enregistrée.",
    ),
    "formation": Sorte(
        FormationSuivie, FormationForm, "Noter une formation", "Formation", "La formation est enregistrée."
    ),
    "tutorat": Sorte(Tutorat, TutoratForm, "Noter un tutorat", "Tutorat", "Le tutorat est enregistré."),
}


@agents_seulement
@require_safe
def mon_parcours(request: Requete) -> HttpResponse:
    """What is held of oneself, whoever noted it, and where one stands."""
    personne = request.user
    contexte = pages.page(personne, None, jour_de(personne))
    return render(request, "qualite/parcours/page.html", contexte | {"moi": True})


@encadrants_seulement
@require_safe
def parcours(request: Requete, pk: int) -> HttpResponse:
    """Someone of a team that one looks after; oneself is led to one's own page."""
    if pk == request.user.pk and request.user.portee.points:
        return redirect("mon_parcours")
    personne, points = _suivi(request, pk)
    contexte = pages.page(personne, points, max(p.aujourdhui() for p in points))
    return render(request, "qualite/parcours/page.html", contexte | {"moi": False})


def _suivi(request: Requete, pk: int) -> tuple[Utilisateur, list[PointAccueil]]:
    personne, points = personnel.suivi(request.user.portee, pk)
    if personne is None:
        raise Http404
    return personne, points


@encadrants_seulement
@require_safe
def equipe(request: Requete) -> HttpResponse:
    """The team of a point, person by person; numbers by point for who looks after several, or the network."""
    portee = request.user.portee
    points = pages.points_suivis(portee)
    code = request.GET.get("point", "")
    choisi = next((p for p in points if p.code == code), None)
    if code and choisi is None:
        raise Http404
    if choisi is None and len(points) == 1:
        choisi = points[0]
    contexte: dict[str, Any] = {"points": points, "choisi": choisi}
    if choisi and personnel.encadre(portee, choisi):
        contexte |= pages.equipe(choisi, request.GET.get("echeance", ""))
        return render(request, "qualite/parcours/equipe.html", contexte)
    contexte |= pages.en_nombres([choisi] if choisi else points, portee)
    return render(request, "qualite/parcours/points.html", contexte)


def _sorte(nom: str) -> Sorte:
    if nom not in SORTES:
        raise Http404
    return SORTES[nom]


@agents_seulement
@require_http_methods(["GET", "POST"])
def formation_declarer(request: Requete) -> HttpResponse:
    """Declare a training that one followed; who looks after the team confirms it."""
    personne, points = request.user, list(request.user.portee.points)
    note = FormationSuivie(personne=personne, point=points[0])
    return _conduire(
        request,
        SORTES["formation"],
        note,
        points,
        titre="Déclarer une formation suivie",
        chapeau="Ses heures comptent dès que votre responsable l’a confirmée.",
        retour=reverse("mon_parcours"),
        succes="C’est noté. Votre responsable la confirmera.",
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def note_nouvelle(request: Requete, pk: int, sorte: str) -> HttpResponse:
    """Note something about someone of the team."""
    voulue = _sorte(sorte)
    personne, points = _suivi(request, pk)
    if pk == request.user.pk:  # nobody notes their own path: see `formation_declarer`
        raise Http404
    return _conduire(
        request,
        voulue,
        voulue.modele(personne=personne, point=points[0]),
        points,
        titre=f"{voulue.nouvelle}, {personne}",
        retour=reverse("parcours", args=[pk]),
        succes=voulue.succes,
    )


def _trouver(request: Requete, sorte: str, pk: int) -> tuple[Sorte, Any, str]:
    """A row that this person may change, and the page that it comes from; else 404."""
    voulue = _sorte(sorte)
    note = voulue.modele._default_manager.filter(pk=pk).select_related("personne", "point").first()
    if note is None:
        raise Http404
    _, points = personnel.suivi(request.user.portee, note.personne_id)
    if not personnel.modifiable(request.user, note, points):  # type: ignore[arg-type]
        raise Http404
    moi = note.personne_id == request.user.pk
    return voulue, note, reverse("mon_parcours") if moi else reverse("parcours", args=[note.personne_id])


@equipe_seulement
@require_http_methods(["GET", "POST"])
def note(request: Requete, sorte: str, pk: int) -> HttpResponse:
    """Correct a row."""
    voulue, objet, retour = _trouver(request, sorte, pk)
    return _conduire(
        request,
        voulue,
        objet,
        [objet.point],
        titre=f"{voulue.nom} {de(str(objet.personne))}",
        retour=retour,
        succes=voulue.succes,
        suppression=reverse("note_supprimer", args=[sorte, pk]),
        question="Supprimer cette ligne\u202f?",
    )


@equipe_seulement
@require_POST
def note_supprimer(request: Requete, sorte: str, pk: int) -> HttpResponse:
    _, objet, retour = _trouver(request, sorte, pk)
    return executer(
        request, lambda: personnel.supprimer(request.user, objet), "La ligne est supprimée.", retour
    )


@encadrants_seulement
@require_POST
def formation_confirmer(request: Requete, pk: int) -> HttpResponse:
    """Confirm a training that someone of the team declared."""
    _, formation, retour = _trouver(request, "formation", pk)
    return executer(
        request,
        lambda: personnel.confirmer(request.user, formation, request.POST.get("heures", "")),
        "La formation est confirmée.",
        retour,
    )


def _conduire(
    request: Requete, sorte: Sorte, objet: Any, points: list[PointAccueil], **contexte: Any
) -> HttpResponse:
    form = sorte.form(donnees(request), instance=objet, points=points)
    return conduire(request, form, lambda: personnel.noter(request.user, form.instance), **contexte)
