"""Corrective actions: the board, the list, one action with what happened to it."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accueil.acces import Requete, lecteurs_seulement
from accueil.models import PointAccueil
from pimms.socle.curseurs import Curseur, CurseurIllisible
from qualite import droits_actions, lignees
from qualite import pages_actions as pages
from qualite.etats_action import EtatAction, Qui
from qualite.evaluation import Cadre
from qualite.forms.actions import FiltreForm
from qualite.models import ActionCorrective
from qualite.pratiques import publiable


def _filtre(request: Requete, *, rangs: bool = False) -> FiltreForm:
    points = PointAccueil.objects.visibles_par(request.user).select_related("association")
    return FiltreForm(request.GET, points=list(points), rangs=rangs)


@lecteurs_seulement
@require_safe
def board(request: Requete) -> HttpResponse:
    """Open actions by what is to be done, overdue first; the scope is the reader's to narrow."""
    form = _filtre(request)
    portee = request.user.portee
    actions = form.restreindre(pages.actions_de(request.user), request.user)
    contexte = {
        "form": form,
        "sections": pages.tableau(actions),
        "parametres": urlencode(form.parametres()),
        "ouvre": portee.reseau or bool(portee.points_de_responsable or portee.associations),
    }
    return render(request, "qualite/actions/tableau.html", contexte)


@lecteurs_seulement
@require_safe
def liste(request: Requete) -> HttpResponse:
    """Actions of a filter by due date, closed ones too, fifty a page."""
    form = _filtre(request, rangs=True)
    actions = form.restreindre(pages.actions_de(request.user), request.user)
    recentes = form.rang_choisi in ("", pages.Rang.FINIE)
    page = pages.lire_page(actions, _curseur(request), recentes=recentes)
    adresse = f"?{urlencode(form.parametres())}&curseur="
    contexte = {
        "form": form,
        "page": page,
        "recentes": recentes,
        "precedent": page.precedent and adresse + page.precedent,
        "suivant": page.suivant and adresse + page.suivant,
    }
    return render(request, "qualite/actions/liste.html", contexte)


def _curseur(request: Requete) -> Curseur | None:
    """The position in the URL; the first page when it can't be read."""
    try:
        return Curseur.lire(request.GET["curseur"])
    except (KeyError, CurseurIllisible):
        return None


def trouver(request: Requete, pk: int) -> ActionCorrective:
    """An action that this person may read, else 404."""
    action = pages.une_action(request.user, pk)
    if action is None:
        raise Http404
    return action


@lecteurs_seulement
@require_safe
def page(request: Requete, pk: int) -> HttpResponse:
    """One action: what it says, where it stands, what may be done, what happened."""
    action = trouver(request, pk)
    faite = action.realisee_le if action.etat == EtatAction.REALISEE else None
    attendre = faite is not None and faite >= action.aujourdhui()
    regard = droits_actions.regarder(request.user, action)
    gestes = droits_actions.permises(request.user, action, regard)
    if attendre:  # its effect is verified on a later day
        gestes = [t for t in gestes if t.qui != Qui.VERIFICATEUR]
    exigences = Cadre.du(action.aujourdhui()).exigences if action.exigence else []
    tient = droits_actions.tient(request.user.portee, action)
    contexte = {
        "action": action,
        "exigence": lignees.trouver(exigences, action.exigence),
        "evenements": pages.histoire(action),
        "gestes": gestes,
        "attendre": attendre,
        "petite": action.ouverte and regard.petite,
        "tient": tient and action.ouverte,
        "travaille": action.ouverte and droits_actions.peut_travailler(request.user, action),
        "preuves": pages.preuves_de(action, exigences),
        "celles_de_l_exigence": pages.adresse_des_preuves(action),
        "publie": request.user.portee.reseau and publiable(action),
    }
    return render(request, "qualite/actions/page.html", contexte)
