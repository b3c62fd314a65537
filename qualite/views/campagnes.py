"""Campaigns: the cycle and the list, one campaign, its draw."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accueil.acces import Requete, encadrants_seulement
from accueil.models import PointAccueil
from qualite import echantillonnage, tirages
from qualite import pages_campagnes as pages
from qualite.echantillon import estimation
from qualite.etats_campagne import MODIFIABLES, EtatCampagne, annulable
from qualite.models import AccesCampagne, Campagne, JourneeAudit
from qualite.views.audits import lecteurs_d_audit, trouver_audit


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
        "etend": etat in (EtatCampagne.PREPARATION, EtatCampagne.AUDIT),
        "modifie": etat in MODIFIABLES,
        "decide": etat == EtatCampagne.DECISION,
        "annulable": annulable(etat),
        "jour": timezone.localdate(),
    }


def _trouver_tiree(request: Requete, pk: int) -> Any:
    """A campaign whose draw this person may read: the union's any, an auditor's own from the freezing on."""
    if request.user.portee.reseau:
        return trouver(request, pk)
    return trouver_audit(request, pk).campagne


@lecteurs_d_audit
@require_safe
def campagne_tirage(request: Requete, pk: int) -> HttpResponse:
    """The draw as it was made, played again; for a certifier's choice, the union's estimation beside it."""
    lue = _trouver_tiree(request, pk)
    reseau = request.user.portee.reseau
    faits = echantillonnage.tirages_de(lue)
    contexte: dict[str, Any] = {"campagne": lue, "tirages": faits, "reseau": reseau}
    if faits:
        dernier = faits[0]
        codes = [r["code"] for r in dernier.resultat]
        noms = dict(PointAccueil.objects.filter(code__in=codes).values_list("code", "nom"))
        choix = [(r, noms.get(r["code"], "")) for r in dernier.resultat]
        contexte |= {"dernier": dernier, "choix": choix, "rejoue": echantillonnage.rejouable(dernier)}
    if lue.afnor and reseau:
        contexte["estimation"] = estimation(echantillonnage.candidats(lue), lue.nature)
        contexte["choisis"] = pages.points_de(lue, request.user)
    return render(request, "qualite/campagnes/tirage.html", contexte)


@lecteurs_d_audit
@require_safe
def campagne_tirage_fichier(request: Requete, pk: int, tirage: int, forme: str) -> HttpResponse:
    """A draw with all that it was made from, to play it again elsewhere."""
    lue = _trouver_tiree(request, pk)
    tire = next((t for t in echantillonnage.tirages_de(lue) if t.pk == tirage), None)
    if tire is None or forme not in tirages.FORMES:
        raise Http404
    genre, ecrire = tirages.FORMES[forme]
    nom = f"tirage-{pk}-{tire.le:%Y-%m-%d}.{forme}"
    reponse = HttpResponse(ecrire(tire), content_type=genre)
    reponse["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=nom)
    return reponse
