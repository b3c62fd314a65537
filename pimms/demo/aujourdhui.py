"""The demo's own day: whoever opens it finds entries of today, at night or on a Sunday too."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accueil.models import JourneeMobile
from pimms.demo.parametres import Carnet, Parametres
from pimms.demo.plan import calendrier_de, deja_ecoules, minutes_ecoulees
from pimms.demo.reseau import POINT_DEMO, SECOND_POINT_DEMO, Point

ASSEZ = 45  # minutes of opening before now that make a day look alive
TROIS_HEURES = timedelta(hours=3)
LIEU = "Permanence exceptionnelle de démonstration"


def ouvrir_une_permanence(params: Parametres, carnet: Carnet, points: list[Point]) -> None:
    """Where the demo's médiateur works, add an extra opening around now if today has hardly begun.

    It is a row like those of a bus, so that the entries stay within announced openings.
    """
    for point in points:
        if params.maintenant is None or point.lieu.code not in (POINT_DEMO, SECOND_POINT_DEMO):
            continue
        local = params.maintenant.astimezone(ZoneInfo(point.lieu.fuseau))
        creneaux = calendrier_de(params, [point]).le(point.objet, params.reference).creneaux
        passes = deja_ecoules(creneaux, params.maintenant, point.lieu.fuseau, params.reference)
        if local.date() != params.reference or minutes_ecoulees(passes) >= ASSEZ:
            continue
        ouvre, ferme = _autour(local)
        ferme = min([ferme, *(c.ouvre for c in creneaux)])
        if ouvre < ferme:
            journee = JourneeMobile(
                point=point.objet, jour=params.reference, lieu=LIEU, ouvre=ouvre, ferme=ferme
            )
            point.journees.setdefault(params.reference, []).append(carnet.ajouter(journee))


def _autour(local: datetime) -> tuple[time, time]:
    """Three hours before and after, within the day, at the hour or half past."""
    minuit = local.replace(hour=0, minute=0, second=0, microsecond=0)
    debut, fin = max(minuit, local - TROIS_HEURES), local + TROIS_HEURES
    ouvre = time(debut.hour, debut.minute // 30 * 30)
    return ouvre, time(fin.hour, fin.minute // 30 * 30) if fin.date() == local.date() else time(23, 59)
