"""The desk: log a visit without leaving the screen."""

import uuid
from datetime import date

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods

from accueil.acces import Requete, agents_seulement, point_courant
from accueil.bureau import (
    ICONES_CANAL,
    ICONES_ISSUE,
    PUCES,
    RACCOURCIS,
    TUILES,
    avec_demandes,
    moment_de_saisie,
    resume_du_jour,
    visites_du_jour,
)
from accueil.forms.demande import DemandeForm
from accueil.forms.saisie import DUREES, Saisie
from accueil.frequences import ranger_pour
from accueil.gestes import proposer
from accueil.horaires import Calendrier
from accueil.models import PointAccueil, Visite
from accueil.models.visites import Aide, Canal, Genre, Issue, Situation, TrancheAge
from accueil.registres import REGISTRES
from accueil.saisie import CleReprise, enregistrer, recul_permis
from pimms.socle.typographie import date_longue


def contexte_formulaire(saisie: Saisie) -> dict:
    """What the form's template shows around the fields: choices in this person's order."""
    catalogue, jour = saisie.catalogue, saisie.point.aujourdhui()
    choisis = {str(d["theme"].value() or "") for d in saisie.demandes}
    themes, partenaires = ranger_pour(
        saisie.point,
        saisie.acteur,
        [t for t in catalogue.themes.values() if t.est_utilisable_le(jour) or str(t.pk) in choisis],
        list(catalogue.tous.values()),
    )
    puces = partenaires[:PUCES]
    for demande in saisie.demandes:
        demande.montrer_autre(puces)
    return {
        "saisie": saisie,
        "point": saisie.point,
        "tuiles": themes[:TUILES],
        "autres_themes": themes[TUILES:],
        "puces": puces,
        "partenaires": sorted(partenaires, key=lambda p: p.nom_tri),
        "issues": [(i.value, i.label, *ICONES_ISSUE[i]) for i in Issue],
        "canaux": [(c.value, c.label, ICONES_CANAL[c]) for c in Canal],
        "durees": DUREES,
        "registres": REGISTRES,
        "aides": Aide.choices,
        "publics": [
            ("genre", "Genre", Genre.choices),
            ("tranche_age", "Âge", TrancheAge.choices),
            ("situation", "Situation", Situation.choices),
            ("premiere_visite", "Première visite ?", [("oui", "Oui"), ("non", "Non")]),
        ],
        "modele": DemandeForm(prefix="d__RANG__", catalogue=catalogue, jour=None),
        "ouverts": saisie.ouverts(),
        "recul": recul_permis(saisie.acteur, saisie.point),
    }


def _page(request: Requete, saisie: Saisie, statut: int = 200) -> HttpResponse:
    point = saisie.point
    contexte = contexte_formulaire(saisie) | {
        "raccourcis": RACCOURCIS,
        "visites": proposer(request.user, visites_du_jour(point)),
        "resume": resume_du_jour(point),
    }
    return render(request, "accueil/saisie/page.html", contexte, status=statut)


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def saisie(request: Requete) -> HttpResponse:
    """The desk. POST records; htmx gets the new line, a browser without it is sent back here."""
    if request.method == "POST":
        return _recevoir(request)
    point = _point(request)
    return _page(request, Saisie(request.user, point, initial={"point": point.code, "cle": uuid.uuid4()}))


def _point(request: Requete) -> PointAccueil:
    """The point of the form in this tab, if it is one's own; else the current one."""
    envoi = request.POST if request.method == "POST" else request.GET
    point = request.user.portee.point(envoi.get("point")) or point_courant(request)
    if point is None:
        raise Http404
    return point


def _recevoir(request: Requete) -> HttpResponse:
    acteur = request.user
    point = _point(request)
    if "ajouter" in request.POST:
        formulaire = Saisie(acteur, point, request.POST)
        formulaire.ajouter()
        return _page(request, formulaire)
    formulaire = Saisie(acteur, point, request.POST, allege=True)
    if not formulaire.is_valid():
        formulaire = Saisie(acteur, point, request.POST)
        formulaire.is_valid()
        # A session that changed hands: what was sent before may be in the list, unseen.
        return _refuser(request, formulaire, liste=formulaire.visite.has_error(NON_FIELD_ERRORS, "session"))
    try:
        visite, neuve = enregistrer(acteur, point, formulaire.saisie())
    except CleReprise as reprise:
        return _refuser(request, _comme_nouvelle(request, point, reprise.visite), liste=True)
    if not request.htmx:
        jour = f" pour le {date_longue(visite.jour)}" if visite.retard else ""
        messages.success(request, f"Visite enregistrée{jour}.")
        return redirect("saisie")
    if not neuve:
        visite = avec_demandes().get(pk=visite.pk)
    proposer(request.user, [visite], neuves=neuve)
    # Without the page's context: a line needs to know only who reads it.
    ligne = render_to_string(
        "accueil/saisie/_ligne.html", {"visite": visite, "neuve": neuve, "user": request.user}
    )
    reponse = HttpResponse(ligne)
    reponse["HX-Trigger-After-Swap"] = "visite-enregistree"
    return reponse


def _comme_nouvelle(request: Requete, point: PointAccueil, visite: Visite) -> Saisie:
    """What was typed under the key of a visit recorded with other values, now under a key of its own."""
    envoi = request.POST.copy()
    envoi["cle"] = str(uuid.uuid4())
    formulaire = Saisie(request.user, point, envoi)
    formulaire.visite.add_error(
        None,
        f"Cette visite a déjà été enregistrée {moment_de_saisie(visite)}, avec d’autres valeurs. "
        "Vérifiez-la dans la liste\u202f; si ceci est une nouvelle visite, enregistrez de nouveau.",
    )
    return formulaire


def _refuser(request: Requete, formulaire: Saisie, liste: bool = False) -> HttpResponse:
    """The refused form in place, with today's entries when there is one to be compared (`liste`)."""
    if not request.htmx:
        return _page(request, formulaire, statut=422)
    reponse = render(request, "accueil/saisie/_formulaire.html", contexte_formulaire(formulaire), status=422)
    if liste:
        visites = proposer(request.user, visites_du_jour(formulaire.point))
        contexte = {"visites": visites, "user": request.user, "a_part": True}
        reponse.write(render_to_string("accueil/saisie/_fil.html", contexte))
        reponse["HX-Trigger-After-Swap"] = "visite-modifiee"
    reponse["HX-Retarget"], reponse["HX-Reswap"] = "#formulaire", "outerHTML"
    return reponse


@agents_seulement
@require_GET
def ouverture(request: Requete) -> HttpResponse:
    """A word when the point is not open on the form's day, or now; empty else.

    Asked for apart, and never by the recording of a visit, which doesn't wait for it.
    """
    point = _point(request)
    maintenant = point.maintenant()
    jour = _jour_lu(request.GET.get("jour", ""))
    if jour and jour > maintenant.date():
        return HttpResponse()  # the form says why it can't be
    instant = None if jour else maintenant.time()
    jour = jour or maintenant.date()
    mot = Calendrier.charger([point], jour, jour).hors_ouverture(point, jour, instant)
    return render(request, "accueil/saisie/_ouverture.html", {"mot": mot}) if mot else HttpResponse()


def _jour_lu(texte: str) -> date | None:
    try:
        return parse_date(texte)
    except ValueError:
        return None


@agents_seulement
@require_GET
def resume(request: Requete) -> HttpResponse:
    """Today's figures, loaded again after each entry, apart from it."""
    return render(request, "accueil/saisie/_resume.html", {"resume": resume_du_jour(_point(request))})
