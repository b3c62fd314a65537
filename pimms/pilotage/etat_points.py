"""What is known of each point beside its visits: its size, its last entry, whether it is closed today."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median, quantiles

from django.db import connection

from accueil.chiffres import Sommes
from accueil.models import PointAccueil

SILENCE = timedelta(days=7)  # without an entry, a point that is open has stopped logging
TAILLES = ((3, "1 à 3 personnes"), (6, "4 à 6 personnes"))
AU_DELA = "7 personnes et plus"
GROUPE_MIN = 5  # points that a reader doesn't know, under which quartiles would tell of one of them
CHIFFRES_MONTRES = 2  # significant ones of a quartile: it may be the very figure of a point

# Each point's last day enters the journal's index by itself.
_ETATS = """
SELECT p.id, p.nature, p.ouvert_le,
  (SELECT count(DISTINCT a.personne_id) FROM accueil_acces a WHERE a.point_id = p.id
     AND a.role IN ('mediateur', 'responsable') AND a.debut <= %(jour)s
     AND (a.fin IS NULL OR a.fin >= %(jour)s)),
  (SELECT v.jour FROM accueil_visite v WHERE v.point_id = p.id AND v.annulee_le IS NULL
     ORDER BY v.jour DESC, v.id DESC LIMIT 1),
  EXISTS (SELECT FROM accueil_fermeture f WHERE f.point_id = p.id AND f.debut <= %(jour)s
     AND (f.fin IS NULL OR f.fin >= %(jour)s))
FROM accueil_pointaccueil p WHERE p.ouvert_le <= %(jour)s AND (p.ferme_le IS NULL OR p.ferme_le > %(jour)s)
"""


@dataclass(frozen=True)
class Etat:
    """A point in service: `dernier` is the day of its last visit, None before the first."""

    nature: str
    ouvert: date
    equipe: int
    dernier: date | None
    ferme: bool

    @property
    def groupe(self) -> tuple[str, str]:
        """Points of one kind and size are compared with each other."""
        taille = next((nom for jusqu_a, nom in TAILLES if self.equipe <= jusqu_a), AU_DELA)
        return PointAccueil.Nature(self.nature).label, taille

    def muet_depuis(self, aujourdhui: date) -> bool:
        """Whether nothing has been entered for a week, the first one included, that no closure explains."""
        return not self.ferme and aujourdhui - (self.dernier or self.ouvert) > SILENCE


def etats(jour: date) -> dict[int, Etat]:
    """Every point of the network that is in service on that day, by key; one statement."""
    with connection.cursor() as curseur:
        curseur.execute(_ETATS, {"jour": jour})
        return {cle: Etat(*valeurs) for cle, *valeurs in curseur.fetchall()}


@dataclass(frozen=True)
class Quartiles:
    """The middle of a group and the bounds of its middle half."""

    bas: float
    milieu: float
    haut: float

    @property
    def montres(self) -> tuple[float, float, float]:
        """All three as they are told: to two significant digits."""
        return _arrondir(self.bas), _arrondir(self.milieu), _arrondir(self.haut)

    def situer(self, valeur: float) -> str:
        """Where a value lies, in words that judge nothing."""
        return "plus bas" if valeur < self.bas else "plus haut" if valeur > self.haut else "habituel"


def _arrondir(valeur: float) -> float:
    return float(f"{valeur:.{CHIFFRES_MONTRES}g}")


@dataclass(frozen=True)
class Groupe:
    """Points of one kind and size. Quartiles by measure; none for a group too small to hide anyone."""

    nom: str
    membres: frozenset[int]
    quartiles: dict[str, Quartiles]

    @property
    def points(self) -> int:
        return len(self.membres)


MESURES = {
    "visites": lambda s: s.visites,
    "par_visite": lambda s: s.demandes / s.visites,
    "resolues": lambda s: s.resolues / s.demandes if s.demandes else 0.0,
    "duree": lambda s: s.minutes / s.visites,
}


def mesurer(sommes: Sommes) -> dict[str, float]:
    """What points are compared by; nothing without visits."""
    return {nom: float(f(sommes)) for nom, f in MESURES.items()} if sommes.visites else {}


def grouper(
    connus: Mapping[int, Etat], par_point: Mapping[int, Sommes], lus: Collection[int] = ()
) -> dict[tuple[str, str], Groupe]:
    """Quartiles of the points of each kind and size that had visits; `lus`: those that the reader knows one
    by one, and could take away to find another's."""
    mesures: dict[tuple[str, str], dict[int, dict[str, float]]] = {}
    for cle, etat in connus.items():
        if cle in par_point and (mesure := mesurer(par_point[cle])):
            mesures.setdefault(etat.groupe, {})[cle] = mesure
    return {
        groupe: Groupe(
            ", ".join(groupe),
            frozenset(siennes),
            {nom: _quartiles(mesure[nom] for mesure in siennes.values()) for nom in MESURES}
            if _assez(siennes, lus)
            else {},
        )
        for groupe, siennes in sorted(mesures.items())
    }


def _assez(siennes: Collection[int], lus: Collection[int]) -> bool:
    """Whether no point's figures follow from a group's quartiles: enough points, and enough of those that
    the reader doesn't know, where there are some."""
    inconnus = sum(cle not in lus for cle in siennes)
    return len(siennes) >= GROUPE_MIN and (not inconnus or inconnus >= GROUPE_MIN)


def _quartiles(valeurs: Iterable[float]) -> Quartiles:
    rangees = sorted(valeurs)
    bas, _, haut = quantiles(rangees, n=4, method="inclusive")
    return Quartiles(bas, median(rangees), haut)
