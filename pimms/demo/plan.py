"""How many visits each point receives each day, and who is there to log them."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accueil.horaires import Calendrier, Creneau
from pimms.demo import usages
from pimms.demo.equipes import Affectation, Equipes
from pimms.demo.hasard import Hasard
from pimms.demo.parametres import Parametres
from pimms.demo.reseau import POINT_DEMO, SECOND_POINT_DEMO, UN_JOUR, Point

FREQUENTATION = {"fixe": 1.0, "antenne": 0.5, "mobile": 0.55}
# Where the demo's people work there is something to see, even with few visits in the network.
GRANDE_AFFLUENCE = {POINT_DEMO: 3.5, SECOND_POINT_DEMO: 2.0}
JOURNEE_PLEINE = 480  # minutes of opening that weigh one
MONTEE_EN_CHARGE = 180  # days a new point takes to be known
VISITES_D_UNE_PERMANENCE = 14


@dataclass(slots=True)
class JourDePoint:
    """An open day of a point with someone there; `visites` is known once all days are weighed."""

    jour: date
    rang: int  # of the point
    creneaux: tuple[Creneau, ...]
    presents: tuple[Affectation, ...]
    poids: float
    visites: int = 0


def etablir(params: Parametres, points: list[Point], equipes: Equipes) -> list[JourDePoint]:
    """All open days in order, with the visits shared out between them: `params.visites` in all.

    In the demo, the day of reference comes last, with its visits so far on top.
    """
    jours = sorted(
        (j for rang, point in enumerate(points) for j in _jours(params, rang, point, equipes)),
        key=lambda j: (j.jour, j.rang),
    )
    coupure = bisect_left(jours, params.reference, key=lambda j: j.jour)
    total = sum(j.poids for j in jours[:coupure])
    echelle = params.visites / total if total else 0.0
    cumul, attribuees = 0.0, 0
    for j in jours[:coupure]:
        cumul += j.poids
        j.visites = round(cumul * echelle) - attribuees
        attribuees += j.visites
    for j in jours[coupure:]:
        lieu = points[j.rang].lieu
        permanence = any(c.lieu for c in j.creneaux) and lieu.nature == "fixe"
        # Whoever opens the demo finds entries of today at its own points, however few there are in all.
        anime = permanence or lieu.code in (POINT_DEMO, SECOND_POINT_DEMO)
        j.visites = max(round(j.poids * echelle), VISITES_D_UNE_PERMANENCE if anime else 0)
    return [j for j in jours if j.visites]


def calendrier_de(params: Parametres, points: list[Point]) -> Calendrier:
    """The product's own calendar over what was made up; rounds are added day by day (they are many)."""
    calendrier = Calendrier(params.debut, params.reference)
    for point in points:
        calendrier.plages[point.pk] = point.plages
        calendrier.fermetures[point.pk] = point.fermetures
    return calendrier


def _jours(params: Parametres, rang: int, point: Point, equipes: Equipes) -> Iterator[JourDePoint]:
    hasard = Hasard(params.graine, "frequentation", point.lieu.code)
    base = FREQUENTATION[point.lieu.nature] * hasard.facteur(0.3)
    base *= GRANDE_AFFLUENCE.get(point.lieu.code, 1)
    semaine = [f * hasard.facteur(0.08) for f in usages.SEMAINE]
    affectations = equipes.par_point[point.pk]
    calendrier = calendrier_de(params, [point])
    fin = params.reference if params.demo else params.reference - UN_JOUR
    jour = max(params.debut, point.objet.ouvert_le) - UN_JOUR
    while (jour := jour + UN_JOUR) <= fin:
        bruit = hasard.facteur(0.15)  # drawn every day, so that a closure moves no other day
        calendrier.journees[point.pk] = point.journees.get(jour, [])
        creneaux = calendrier.le(point.objet, jour).creneaux
        if params.maintenant and jour == params.reference:
            creneaux = deja_ecoules(creneaux, params.maintenant, point.lieu.fuseau, jour)
        if not creneaux:
            continue
        presents = tuple(a for a in affectations if a.couvre(jour) and (a.cle, jour) not in equipes.absents)
        if not presents:
            continue
        poids = base * semaine[jour.weekday()] * bruit * _affluence(params, point, jour)
        poids *= (sum(map(_minutes, creneaux)) / JOURNEE_PLEINE) ** 0.8 * len(presents) ** 0.5
        yield JourDePoint(jour, rang, creneaux, presents, poids)


def _affluence(params: Parametres, point: Point, jour: date) -> float:
    annees = (jour - params.debut).days / 365
    montee = min(1.0, 0.25 + (jour - point.objet.ouvert_le).days / MONTEE_EN_CHARGE)
    debut_de_mois = usages.DEBUT_DE_MOIS if 4 <= jour.day <= 9 else 1
    return usages.MOIS[jour.month - 1] * (1 + usages.CROISSANCE) ** annees * montee * debut_de_mois


def _minutes(creneau: Creneau) -> int:
    ouvre, ferme = creneau.ouvre, creneau.ferme
    return (ferme.hour - ouvre.hour) * 60 + ferme.minute - ouvre.minute


def deja_ecoules(
    creneaux: tuple[Creneau, ...], maintenant: datetime, fuseau: str, jour: date
) -> tuple[Creneau, ...]:
    """The part of a day's openings that lies before this instant, to the whole minute."""
    local = maintenant.astimezone(ZoneInfo(fuseau)).replace(second=0, microsecond=0)
    if local.date() != jour:
        return creneaux if local.date() > jour else ()
    ecoules = (replace(c, ferme=min(c.ferme, local.time())) for c in creneaux)
    return tuple(c for c in ecoules if c.ouvre < c.ferme)


def minutes_ecoulees(creneaux: tuple[Creneau, ...]) -> int:
    """Minutes of these openings taken together."""
    return sum(map(_minutes, creneaux))
