"""Campaigns: the cycle and the list, one campaign, its draw."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accueil.acces import Requete, encadrants_seulement, union_seulement
from accueil.models import PointAccueil
from qualite import echantillonnage
from qualite import pages_campagnes as pages
from qualite.echantillon import estimation
from qualite.etats_campagne import MODIFIABLES, EtatCampagne, annulable
from qualite.models import AccesCampagne, Campagne, JourneeAudit, Tirage


def trouver(request: Requete, pk: int) -> Any:
    """A campaign that this person may read, else 404."""
    campagne = pages.une_campagne(Campagne.objects.visibles_par(request.user), pk)
    if campagne is None:
        raise Http404
    return campagne


@encadrants_seulement
@require_safe
def campagnes(request: Requete) -> HttpResponse:
    """The campaigns that one may read; for the union, the certification cycle and what comes next."""
    jour = timezone.localdate()
    contexte = {
        "jalons": pages.cycle(jour) if request.user.portee.reseau else [],
        "campagnes": pages.liste(Campagne.objects.visibles_par(request.user)),
        "reseau": request.user.portee.reseau,
    }
    return render(request, "qualite/campagnes/liste.html", contexte)


@encadrants_seulement
@require_safe
def campagne(request: Requete, pk: int) -> HttpResponse:
    """One campaign: where it stands, its sample, what waits; a point's own part for who looks after it."""
    lue = trouver(request, pk)
    reseau = request.user.portee.reseau
    points = pages.points_de(lue, request.user)
    constats = pages.constats_de(lue, request.user, points)
    contexte = {
        "campagne": lue,
        "chemin": pages.chemin(lue),
        "points": points,
        "remises": sum(ligne.remise_le is not None for ligne in points),
        "a_remettre": lue.etat == EtatCampagne.AUTO_EVALUATION,
        "constats": constats,
        "par_grade": pages.par_grade(constats),
        "reseau": reseau,
    }
    if reseau:
        contexte |= _pour_l_union(request, lue)
    return render(request, "qualite/campagnes/page.html", contexte)


def _pour_l_union(request: Requete, campagne: Campagne) -> dict[str, Any]:
    evenements = pages.evenements(campagne)
    signatures = pages.signatures(evenements)
    etat = campagne.etat
    liens = ("acces__personne", "acces__point", "acces__association")
    return {
        "gestes": pages.gestes(campagne),
        "evenements": evenements,
        "signatures": signatures,
        "a_signe": any(s.par_id == request.user.pk for s in signatures),
        "invitations": AccesCampagne.objects.filter(campagne=campagne).select_related(*liens),
        "journees": JourneeAudit.objects.filter(campagne=campagne).select_related("point"),
        "prepare": etat == EtatCampagne.PREPARATION,
        "etend": etat == EtatCampagne.PREPARATION or (etat == EtatCampagne.AUDIT and campagne.afnor),
        "modifie": etat in MODIFIABLES,
        "decide": etat == EtatCampagne.DECISION,
        "annulable": annulable(etat),
        "jour": timezone.localdate(),
    }


@union_seulement
@require_safe
def campagne_tirage(request: Requete, pk: int) -> HttpResponse:
    """The draw as it was made, played again; for a certifier's choice, our estimation beside it."""
    lue = trouver(request, pk)
    tirages = list(Tirage.objects.filter(campagne=lue).select_related("campagne", "par"))
    contexte: dict[str, Any] = {"campagne": lue, "tirages": tirages}
    if tirages:
        dernier = tirages[0]
        codes = [r["code"] for r in dernier.resultat]
        noms = dict(PointAccueil.objects.filter(code__in=codes).values_list("code", "nom"))
        choix = [(r, noms.get(r["code"], "")) for r in dernier.resultat]
        contexte |= {"dernier": dernier, "choix": choix, "rejoue": echantillonnage.rejouable(dernier)}
    if lue.afnor:
        contexte["estimation"] = estimation(echantillonnage.candidats(lue), lue.nature)
        contexte["choisis"] = pages.points_de(lue, request.user)
    return render(request, "qualite/campagnes/tirage.html", contexte)
