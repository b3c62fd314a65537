"""What is known of each point beside its visits: its size, its last entry, whether it is closed today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median, quantiles

from django.db import connection

from accueil.chiffres import Sommes
from accueil.models import PointAccueil

SILENCE = timedelta(days=7)  # without an entry, a point that is open has stopped logging
TAILLES = ((3, "1 à 3 personnes"), (6, "4 à 6 personnes"))
AU_DELA = "7 personnes et plus"
GROUPE_MIN = 5  # points, under which quartiles would tell of one of them

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

    def situer(self, valeur: float) -> str:
        """Where a value lies, in words that judge nothing."""
        return "plus bas" if valeur < self.bas else "plus haut" if valeur > self.haut else "habituel"


@dataclass(frozen=True)
class Groupe:
    """Points of one kind and size. Quartiles by measure; none for a group too small to hide anyone."""

    nom: str
    points: int
    quartiles: dict[str, Quartiles]


MESURES = {
    "visites": lambda s: s.visites,
    "par_visite": lambda s: s.demandes / s.visites,
    "resolues": lambda s: s.resolues / s.demandes if s.demandes else 0.0,
    "duree": lambda s: s.minutes / s.visites,
}


def mesurer(sommes: Sommes) -> dict[str, float]:
    """What points are compared by; nothing without visits."""
    return {nom: float(f(sommes)) for nom, f in MESURES.items()} if sommes.visites else {}


def grouper(connus: dict[int, Etat], par_point: dict[int, Sommes]) -> dict[tuple[str, str], Groupe]:
    """Quartiles of the points of each kind and size that had visits."""
    mesures: dict[tuple[str, str], list[dict[str, float]]] = {}
    for cle, etat in connus.items():
        if cle in par_point and (mesure := mesurer(par_point[cle])):
            mesures.setdefault(etat.groupe, []).append(mesure)
    return {
        groupe: Groupe(
            ", ".join(groupe),
            len(lignes),
            {nom: _quartiles(ligne[nom] for ligne in lignes) for nom in MESURES}
            if len(lignes) >= GROUPE_MIN
            else {},
        )
        for groupe, lignes in sorted(mesures.items())
    }


def _quartiles(valeurs: Iterable[float]) -> Quartiles:
    rangees = sorted(valeurs)
    bas, _, haut = quantiles(rangees, n=4, method="inclusive")
    return Quartiles(bas, median(rangees), haut)
