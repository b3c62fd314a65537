"""When a person is away: leave by season, illness, training, now and then a parental leave."""

from collections.abc import Iterator
from datetime import date, timedelta

from accueil.models import Absence
from pimms.demo.hasard import Hasard
from pimms.demo.parametres import Parametres

Absents = set[tuple[int, date]]  # (person's key, local day)
Motif = Absence.Motif
# Leave: month and day around which it starts, days it lasts, share of people who take it then.
CONGES = (
    ((2, 15), (4, 9), 0.45),
    ((4, 18), (4, 9), 0.45),
    ((7, 20), (9, 21), 0.95),
    ((10, 24), (4, 9), 0.4),
    ((12, 22), (6, 11), 0.6),
)
PREVUES = timedelta(days=45)  # leave further ahead is not known yet


def _annee(hasard: Hasard, annee: int) -> Iterator[tuple[date, date, str]]:
    for (mois, jour), (moins, plus), part in CONGES:
        if hasard.chance(part):
            ecart = 18 if mois == 7 else 6
            debut = date(annee, mois, jour) + timedelta(days=hasard.randint(-ecart, ecart))
            yield debut, debut + timedelta(days=hasard.randint(moins, plus) - 1), Motif.CONGE
    for _ in range(hasard.choice((0, 0, 1, 1, 2))):
        debut = date(annee, 1, 1) + timedelta(days=hasard.randrange(365))
        yield debut, debut + timedelta(days=hasard.choice((0, 1, 2, 4, 9))), Motif.MALADIE
    for _ in range(hasard.choice((1, 1, 2))):
        debut = date(annee, 1, 10) + timedelta(days=hasard.randrange(330))
        yield debut, debut + timedelta(days=hasard.choice((0, 1, 1, 2))), Motif.FORMATION
    if hasard.chance(0.015):
        debut = date(annee, 1, 1) + timedelta(days=hasard.randrange(365))
        yield debut, debut + timedelta(days=111), Motif.PARENTAL


def tirer_absences(
    params: Parametres, cle: str, debut: date, fin: date | None, presence: date | None
) -> list[tuple[date, date, str]]:
    """Absences (first and last day, reason) of the person named by `cle`, in post from–to.

    They never overlap; none of them covers `presence`.
    """
    hasard = Hasard(params.graine, "absences", cle)
    premier = max(debut, params.debut)
    dernier = min(fin or date.max, params.reference + PREVUES)
    retenues: list[tuple[date, date, str]] = []
    for annee in range(premier.year, dernier.year + 1):
        for du, au, motif in sorted(_annee(hasard, annee)):
            if du < premier or au > dernier or (retenues and du <= retenues[-1][1]):
                continue
            if presence and du <= presence <= au:
                continue
            retenues.append((du, au, motif))
    return retenues
