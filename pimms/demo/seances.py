"""The demo's practice-analysis sessions and team meetings, with those who were there."""

import uuid
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

from accueil.models import Utilisateur
from accueil.models.personnes import Role
from pimms.demo.equipes import Equipes
from pimms.demo.hasard import Hasard
from pimms.demo.parametres import Carnet, Parametres
from pimms.demo.reseau import Point
from qualite.models import PointSeance, PresenceSeance, SeanceCollective

MODELES = (SeanceCollective, PointSeance, PresenceSeance)
Nature, Mode = SeanceCollective.Nature, SeanceCollective.Mode
RYTHMES = {Nature.ANALYSE: (72, 100), Nature.REUNION: (35, 60)}  # days between two, least and most
TENUE, PRESENT = 0.92, 0.9
MODES = {Mode.SUR_PLACE: 0.6, Mode.AVEC_POINT: 0.2, Mode.A_DISTANCE: 0.2}
DUREES = {Nature.ANALYSE: (120, 150, 180), Nature.REUNION: (60, 90, 120)}
ANIMATEURS = ("Psychologue du travail", "Cabinet d’analyse de la pratique", "Sociologue, université")


def tenir(params: Parametres, carnet: Carnet, equipes: Equipes, points: list[Point]) -> None:
    """Sessions of each point over the span, the latest first; one missed now and then."""
    voisins: dict[int, list[Point]] = defaultdict(list)
    for point in points:
        voisins[point.objet.association_id].append(point)
    for point in points:
        for nature, (moins, plus) in RYTHMES.items():
            hasard = Hasard(params.graine, "seances", nature.value, point.lieu.code)
            jour = params.reference - timedelta(days=hasard.randint(4, 30))
            while jour > max(params.debut, point.objet.ouvert_le):
                tenu_le = jour - timedelta(days=max(0, jour.weekday() - 4))
                if hasard.chance(TENUE):
                    _tenir(carnet, equipes, hasard, point, voisins, nature, tenu_le)
                jour -= timedelta(days=hasard.randint(moins, plus))


def _tenir(
    carnet: Carnet,
    equipes: Equipes,
    hasard: Hasard,
    point: Point,
    voisins: dict[int, list[Point]],
    nature: str,
    jour: date,
) -> None:
    par = _responsable(equipes, point, jour)
    ici = _presents(equipes, hasard, point, jour)
    if par is None or not ici:
        return
    mode, autre = hasard.pese(MODES), None
    autres = [
        p for p in voisins[point.objet.association_id] if p is not point and p.objet.est_ouvert_le(jour)
    ]
    if mode == Mode.AVEC_POINT and autres:
        autre = hasard.choice(autres)
    seance = carnet.ajouter(
        SeanceCollective(
            point=point.objet,
            nature=nature,
            jour=jour,
            duree=hasard.choice(DUREES[Nature(nature)]),
            mode=mode if autre or mode != Mode.AVEC_POINT else Mode.SUR_PLACE,
            animateur=hasard.choice(ANIMATEURS) if nature == Nature.ANALYSE else "",
            saisi_par=par,
            cree_le=datetime.combine(jour, time(16), UTC),
            cle=uuid.UUID(int=hasard.getrandbits(128), version=4),
        )
    )
    _noter(carnet, seance, point, ici)
    if autre:
        _noter(carnet, seance, autre, _presents(equipes, hasard, autre, jour))


def _noter(carnet: Carnet, seance: SeanceCollective, point: Point, presents: list[Utilisateur]) -> None:
    lieu = carnet.ajouter(PointSeance(seance=seance, point=point.objet))
    for personne in presents:
        carnet.ajouter(PresenceSeance(lieu=lieu, personne=personne))


def _presents(equipes: Equipes, hasard: Hasard, point: Point, jour: date) -> list[Utilisateur]:
    gens = {a.personne.pk: a.personne for a in equipes.par_point[point.pk] if a.acces.couvre(jour)}
    return [p for pk, p in gens.items() if (pk, jour) not in equipes.absents and hasard.chance(PRESENT)]


def _responsable(equipes: Equipes, point: Point, jour: date) -> Utilisateur | None:
    gerants = (
        a.personne
        for a in equipes.par_point[point.pk]
        if a.acces.role == Role.RESPONSABLE and a.acces.couvre(jour)
    )
    return next(gerants, None)
