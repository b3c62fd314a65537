"""Complaints: the list, noting one, its page, directing it, prolonging, answering."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accueil.acces import Requete, lecteurs_seulement
from pimms.socle.pages import conduire, donnees
from pimms.socle.versions import conduire_version
from qualite import lecture_ecrits as lecture
from qualite import reclamations as ecriture
from qualite.forms.saisines import OrienterForm, ReclamationForm
from qualite.models import Reclamation
from qualite.saisines import tient
from qualite.views import saisines
from qualite.views.ecrits import effacer, initial, montrer_liste, points_a_noter, trouver


def _trouver(request: Requete, pk: int) -> Reclamation:
    return trouver(request, Reclamation, pk, "instructeur")


@lecteurs_seulement
@require_safe
def reclamations(request: Requete) -> HttpResponse:
    """Complaints that one may see, those that wait first."""
    return montrer_liste(
        request,
        Reclamation.objects.visibles_par(request.user).avec_terme(),
        "qualite/saisines/reclamations.html",
        lecture.vues_de_saisine,
        lecture.chiffres_de_saisine,
        note=not request.user.portee.reseau,
    )


@lecteurs_seulement
@require_http_methods(["GET", "POST"])
def reclamation_nouvelle(request: Requete) -> HttpResponse:
    """Note a complaint: about what, and what is said."""
    points = points_a_noter(request)
    form = ReclamationForm(donnees(request), points=points, initial=initial(request, points, "recue_le"))
    faites: list[Reclamation] = []

    def ecrire() -> None:
        faites.append(ecriture.noter(request.user, form.point(), form.plainte()))

    def succes() -> str:
        fin = f"La réponse est due le {faites[0].terme:%d/%m/%Y}."
        if faites[0].a_la_direction:
            return f"La réclamation est notée et transmise à la direction de l’association. {fin}"
        return f"La réclamation est notée. {fin}"

    return conduire(
        request,
        form,
        ecrire,
        titre="Noter une réclamation",
        chapeau="Recevoir une réclamation, c’est déjà la traiter\u202f: notez-la telle qu’elle est dite.",
        bouton="Noter la réclamation",
        retour=reverse("reclamations"),
        succes=succes,
    )


@lecteurs_seulement
@require_safe
def reclamation(request: Requete, pk: int) -> HttpResponse:
    lue = _trouver(request, pk)
    return saisines.montrer(request, lue, "qualite/saisines/reclamation.html")


def _orientation(lue: Reclamation) -> dict[str, Any]:
    """What it is about and who handles it, as recorded."""
    return {
        "version": lue.version,
        "objet": lue.objet,
        "a_la_direction": lue.a_la_direction,
        "instructeur": lue.instructeur_id,
    }


@lecteurs_seulement
@require_http_methods(["GET", "POST"])
def reclamation_orienter(request: Requete, pk: int) -> HttpResponse:
    """Say what it is about and who handles it."""
    lue = _trouver(request, pk)
    if not tient(request.user.portee, lue):
        raise Http404
    form = OrienterForm(
        donnees(request),
        instructeurs=ecriture.instructeurs(lue, a_la_direction=lue.a_la_direction),
        initial=_orientation(lue),
    )

    def ecrire() -> None:
        c = form.cleaned_data
        ecriture.orienter(request.user, lue, c["version"], c["objet"], c["a_la_direction"], c["instructeur"])

    reponse = conduire_version(
        request,
        form,
        ecrire,
        lambda: _orientation(_trouver(request, pk)),
        titre="Orienter la réclamation",
        bouton="Enregistrer",
        retour=reverse("reclamation", args=[pk]),
        succes="La réclamation est orientée.",
    )
    # Gone to the direction, its page may be closed to who has just sent it there.
    visibles = Reclamation.objects.visibles_par(request.user)
    if reponse.status_code == 302 and not visibles.filter(pk=pk).exists():
        reponse["Location"] = reverse("reclamations")
    return reponse


@lecteurs_seulement
@require_http_methods(["GET", "POST"])
def reclamation_prolonger(request: Requete, pk: int) -> HttpResponse:
    return saisines.prolonger(request, _trouver(request, pk), "reclamation")


@lecteurs_seulement
@require_http_methods(["GET", "POST"])
def reclamation_repondre(request: Requete, pk: int) -> HttpResponse:
    return saisines.repondre(request, _trouver(request, pk), "reclamation", "La réponse est notée.")


@lecteurs_seulement
@require_http_methods(["GET", "POST"])
def reclamation_effacer(request: Requete, pk: int) -> HttpResponse:
    return effacer(request, _trouver(request, pk), reverse("reclamation", args=[pk]))
