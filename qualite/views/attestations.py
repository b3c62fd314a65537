"""Who has attested the charter, point by point: managers, directions and the union."""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accueil.acces import Requete, encadrants_seulement
from accueil.equipe import points_geres
from accueil.models import PointAccueil
from qualite.attestations import Equipe, equipes
from qualite.echeances import DES_ATTESTATIONS, HORIZON


@encadrants_seulement
@require_safe
def attestations(request: Requete) -> HttpResponse:
    """Who is missing, over all points looked after; `point` (a code) shows everyone of one point."""
    points = [p for p in points_geres(request.user.portee) if _ouvert(p)]
    code = request.GET.get("point", "")
    choisi = next((p for p in points if p.code == code), None)
    if code and choisi is None:
        raise Http404
    if choisi is None and len(points) == 1:
        choisi = points[0]
    listes = equipes([choisi] if choisi else points)
    echeance, equipe = _qui_echoit(listes[0], request.GET.get("echeance", "")) if choisi else ("", None)
    contexte = {
        "charte": next((e.charte for e in listes if e.charte), None),
        "points": points,
        "choisi": choisi,
        "equipe": equipe,
        "echeance": echeance,
        "equipes": [] if choisi else sorted(listes, key=_urgence),
        "total": _total(listes),
        "reseau": request.user.portee.reseau,
    }
    return render(request, "qualite/charte/attestations.html", contexte)


def _qui_echoit(equipe: Equipe, code: str) -> tuple[str, Equipe]:
    """The words of a kind of lapse, with the people whom it concerns; everyone without one."""
    if code not in DES_ATTESTATIONS:
        return "", equipe
    mots, vaut_pour = DES_ATTESTATIONS[code]
    limite = equipe.jour + HORIZON
    return mots, replace(equipe, lignes=[x for x in equipe.lignes if vaut_pour(x.situation, limite)])


def _ouvert(point: PointAccueil) -> bool:
    jour = point.aujourdhui()
    return point.ouvert_le <= jour and (point.ferme_le is None or point.ferme_le > jour)


def _urgence(equipe: Equipe) -> tuple[bool, bool, str]:
    """Points where someone is late first, then those where someone is awaited, by name."""
    return not equipe.en_retard, not equipe.dans_le_delai, equipe.point.nom_tri


def _total(listes: list[Equipe]) -> dict[str, int]:
    """People counted once, though they work at two points."""
    etats = {ligne.personne.pk: ligne.situation for equipe in listes for ligne in equipe.lignes}
    compte = {"en_poste": len(etats), "a_jour": 0, "dans_le_delai": 0, "en_retard": 0}
    for situation in etats.values():
        if situation.etat in compte:
            compte[situation.etat] += 1
    return compte
