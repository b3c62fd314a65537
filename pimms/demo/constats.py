"""What people decided about the demo's requirements, the findings themselves, and one closed evaluation.

Made by the application's own functions once the network is there, so that its pages are full at once.
"""

import uuid

from accueil.models import PointAccueil, Utilisateur
from pimms.demo.reseau import POINT_DEMO, SECOND_POINT_DEMO
from qualite.arrets import arreter
from qualite.decisions import avancer, declarer_sans_objet
from qualite.evaluation import Cadre
from qualite.lignees import trouver

TRAVAUX = (("CAD-4", "valide"), ("DEO-6", "en_cours"), ("MEO-3", "en_cours"), ("SUI-2", "a_faire"))
SANS_OBJET = ("DEO-7", "Ce point n’agit jamais à la place des personnes\u202f: il les oriente.")
TITRE = "Auto-évaluation de référence"


def constater() -> None:
    """Say how far some work is, take one requirement away, then close an evaluation."""
    points = {p.code: p for p in PointAccueil.objects.filter(code__in=(POINT_DEMO, SECOND_POINT_DEMO))}
    par_role = {
        role: Utilisateur.objects.get(email=f"{role}@exemple.fr") for role in ("responsable", "union")
    }
    point = points[POINT_DEMO]
    exigences = Cadre.du(point.aujourdhui()).exigences
    for code, avancement in TRAVAUX:
        if exigence := trouver(exigences, code):
            avancer(par_role["responsable"], point, exigence, avancement)
    code, motif = SANS_OBJET
    ecartee, ailleurs = trouver(exigences, code), points.get(SECOND_POINT_DEMO)
    if ecartee and ailleurs:
        declarer_sans_objet(par_role["union"], ecartee, ailleurs, motif)
    arreter(par_role["union"], TITRE, uuid.uuid5(uuid.NAMESPACE_URL, "demo:evaluation"))
