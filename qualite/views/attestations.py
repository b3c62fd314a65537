"""Who has attested the charter, point by point: managers, directions and the union."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accueil.acces import Requete, encadrants_seulement
from accueil.equipe import points_geres
from accueil.models import PointAccueil
from qualite.attestations import Equipe, equipes


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
    contexte = {
        "charte": next((e.charte for e in listes if e.charte), None),
        "points": points,
        "choisi": choisi,
        "equipe": listes[0] if choisi else None,
        "equipes": [] if choisi else sorted(listes, key=_urgence),
        "total": _total(listes),
        "reseau": request.user.portee.reseau,
    }
    return render(request, "qualite/charte/attestations.html", contexte)


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
