"""The point that a form of field work writes for."""

from django.http import Http404

from accueil.acces import Requete, point_courant
from accueil.models import PointAccueil


def point_de_saisie(request: Requete) -> PointAccueil:
    """The point that the form was shown for, the current one when it is first shown; else 404."""
    if request.method == "POST" and request.POST.get("point"):
        point = request.user.portee.point(request.POST["point"])
    else:
        point = point_courant(request)
    if point is None:
        raise Http404
    return point
