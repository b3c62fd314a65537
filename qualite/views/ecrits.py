"""What the pages of written things share: the points one may note for, the list, finding one."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accueil.acces import Requete
from accueil.models import PointAccueil, Utilisateur
from pimms.socle.journal import MODIFIE
from pimms.socle.models import EntreeJournal
from pimms.socle.pages import donnees
from pimms.socle.typographie import date_courte
from pimms.socle.versions import conduire_version
from qualite import effacement
from qualite import lecture_ecrits as lecture
from qualite.forms.ecrits import EffacerForm
from qualite.models.ecrits import EcritScelle, Saisine
from qualite.saisines import tient

Ecrit = TypeVar("Ecrit", bound=EcritScelle)


def points_en_service(*conditions: Q) -> list[PointAccueil]:
    points = PointAccueil.objects.filter(*conditions).order_by("nom_tri", "pk")
    return [p for p in points if p.est_ouvert_le(p.aujourdhui())]


def points_a_noter(request: Requete, *, encadre: bool = False) -> list[PointAccueil]:
    """Points in service for which this person may note something; with `encadre`, those they look after.

    404 when there is none: the union notes nothing in anyone's place.
    """
    portee = request.user.portee
    siens = portee.points_de_responsable if encadre else portee.points_de_saisie
    points = points_en_service(Q(pk__in=siens) | Q(association__in=portee.associations))
    if not points:
        raise Http404
    return points


def initial(request: Requete, points: list[PointAccueil], jour: str) -> dict[str, Any]:
    """What a new entry starts from: today, and the point that this person works at now."""
    courant = next((p for p in points if p.code == request.session.get("point")), points[0])
    connu = courant.code if request.user.portee.points else ""
    return {jour: courant.aujourdhui(), "point": connu}


def montrer_liste(
    request: Requete, visibles: QuerySet, gabarit: str, vues: Callable, chiffres: Callable, **contexte
) -> HttpResponse:
    """A list by view and point, with its figures above."""
    jour = timezone.localdate()
    points = list(PointAccueil.objects.visibles_par(request.user))
    offertes = vues()
    page = lecture.lire(visibles.select_related("point"), offertes, points, request.GET)
    contexte |= {
        "page": page,
        "vues": offertes,
        "points": points,
        "chiffres": chiffres(visibles, jour),
        "lignes": [(ligne, _etat(ligne)) for ligne in page.lignes],
    }
    return render(request, gabarit, contexte)


def _etat(ligne: EcritScelle) -> str:
    return ligne.etat(ligne.point.aujourdhui()) if isinstance(ligne, Saisine) else ""


def trouver(request: Requete, modele: type[Ecrit], pk: int, *liens: str) -> Ecrit:
    """A row that this person may see, with its point; else 404. `lisible` says whether its words too."""
    lignes = modele._default_manager.visibles_par(request.user)  # type: ignore[attr-defined]
    return get_object_or_404(lignes.select_related("point", "coffre", "auteur", "efface_par", *liens), pk=pk)


def effacer(request: Requete, ligne: EcritScelle, retour: str) -> HttpResponse:
    """Erase the words of a row, with a reason, for whoever looks after it."""
    if not tient(request.user.portee, ligne):
        raise Http404
    form = EffacerForm(donnees(request), initial={"version": ligne.version})

    def ecrire() -> None:
        effacement.effacer(request.user, ligne, form.cleaned_data["version"], form.cleaned_data["motif"])

    return conduire_version(
        request,
        form,
        ecrire,
        lambda: {"version": trouver(request, type(ligne), ligne.pk).version},
        dit=lambda: _depuis(trouver(request, type(ligne), ligne.pk), form.cleaned_data["version"]),
        titre="Effacer les mots pour de bon",
        chapeau="À la demande de quelqu’un, quand la loi l’exige. Tout ce qui a été écrit ici est détruit, "
        "la réponse aussi\u202f; restent les dates, les codes, le motif et qui a effacé.",
        bouton="Effacer pour de bon",
        retour=retour,
        succes="Les mots sont effacés.",
    )


# What others may have done to a row meanwhile, by the journal's act.
FAITS = {
    "orienter": "Orientée",
    "prolonger": "Délai prolongé",
    "repondre": "Réponse notée",
    "suivre": "Suite notée",
    "effacer": "Mots effacés",
}


def _depuis(ligne: EcritScelle, version: int) -> list[tuple[str, str]]:
    """What was done to a row since that version, by whom and when, with the words that it holds now: each
    change is one entry of the journal."""
    entrees = EntreeJournal.objects.filter(objet=ligne._meta.model_name, objet_id=ligne.pk, acte__in=FAITS)
    depuis = list(entrees.order_by("-pk")[: max(ligne.version - version, 0)])
    qui = Utilisateur.objects.in_bulk({e.acteur_id for e in depuis})
    mots = textes_de(ligne)
    return [
        (
            f"{FAITS[e.acte]} par {qui[e.acteur_id]}, le {date_courte(timezone.localdate(e.horodatage))}",
            " ".join(mots[c] for c, v in (e.apres or {}).items() if v == MODIFIE and mots.get(c)),
        )
        for e in reversed(depuis)
    ]


def textes_de(ligne: EcritScelle) -> dict[str, str]:
    """The words, for whom may read them."""
    return ligne.textes() if ligne.lisible else {}
