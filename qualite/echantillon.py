"""The sample of an audit: how many points, which ones, and why each. Pure: no query, no clock.

Sizes follow IAF MD 1 (square root of the number of points, 0.6 of it at surveillance, 0.8 at renewal,
rounded up); at least a quarter is drawn at random, by a seed that was published. The other seats go one by
one to the point with the highest score: what its region, kind and size still lack in the sample, then its
risk, then the time since it was last audited. The same entry gives the same sample, whatever its order.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from fractions import Fraction
from math import isqrt
from typing import Any

from pimms.socle.typographie import accorder, compte
from qualite.etats_campagne import NatureCampagne

DIMENSIONS = ("region", "type", "taille")
# Share of √n, in tenths.
DIXIEMES = {
    NatureCampagne.AUTO_EVALUATION: 10,
    NatureCampagne.AUDIT_BLANC: 10,
    NatureCampagne.AFNOR_INITIAL: 10,
    NatureCampagne.AFNOR_MI_CYCLE: 6,
    NatureCampagne.AFNOR_RENOUVELLEMENT: 8,
}
PART_ALEATOIRE = 4  # one seat in four at least
PAR_EXIGENCE, RISQUE_MAX = 10, 100  # points of risk
ATTENTE_MAX = 48  # months: a whole cycle
JAMAIS = 100  # points of waiting for who was never audited


class Choix(StrEnum):
    ALEATOIRE = "aleatoire"
    CIBLE = "cible"


@dataclass(frozen=True)
class Candidat:
    """A point that may be drawn. `a_traiter`: requirements that ask for something; `mois`: since its last
    audit, None when it was never audited."""

    code: str
    region: str
    type: str
    taille: str
    a_traiter: int = 0
    mois: int | None = None

    @property
    def risque(self) -> int:
        return min(self.a_traiter * PAR_EXIGENCE, RISQUE_MAX)

    @property
    def attente(self) -> int:
        return JAMAIS if self.mois is None else min(self.mois, ATTENTE_MAX) * JAMAIS // ATTENTE_MAX


@dataclass(frozen=True)
class Retenu:
    """A point of the sample: its place, how it was chosen, and why, in words."""

    code: str
    rang: int
    choix: Choix
    explication: str


def taille(points: int, nature: str) -> int:
    """How many points to visit; exact, without floating numbers."""
    if points <= 0:
        return 0
    carre = DIXIEMES[NatureCampagne(nature)] ** 2 * points  # of ten times the size
    racine = isqrt(carre)
    dixiemes = racine if racine * racine == carre else racine + 1
    # Up to the next whole number: k is enough when (10 k)² ≥ carre.
    return min(points, -(-dixiemes // 10))


def part_aleatoire(taille_: int) -> int:
    """Seats drawn at random: a quarter, rounded up."""
    return -(-taille_ // PART_ALEATOIRE)


def rang_du_sort(graine: str, code: str) -> str:
    """What orders the points at random: anyone can compute it (sha256 of « seed:code »)."""
    return hashlib.sha256(f"{graine}:{code}".encode()).hexdigest()


def tirer(candidats: Iterable[Candidat], nature: str, graine: str) -> list[Retenu]:
    """Draw the sample, the random part first."""
    tous = sorted(candidats, key=lambda c: rang_du_sort(graine, c.code))
    places = taille(len(tous), nature)
    au_sort = part_aleatoire(places)
    pris, retenus = tous[:au_sort], []
    for rang, candidat in enumerate(pris, 1):
        phrase = f"{_maj(_ordinal(rang))} par l’empreinte de la graine et de son code."
        retenus.append(Retenu(candidat.code, rang, Choix.ALEATOIRE, phrase))
    quotas = _quotas(tous, places)
    restants = tous[au_sort:]
    while len(pris) < places:
        manques = _manques(quotas, pris)
        # `restants` are in the order of chance: that is what settles equal scores.
        meilleur = max(restants, key=lambda c: _score(c, manques))
        restants.remove(meilleur)
        pris.append(meilleur)
        explication = _expliquer(meilleur, manques)
        retenus.append(Retenu(meilleur.code, len(pris), Choix.CIBLE, explication))
    return retenus


Cle = tuple[str, str]  # a dimension and its value


def _cles(candidat: Candidat) -> list[Cle]:
    return [(d, getattr(candidat, d)) for d in DIMENSIONS]


def _quotas(candidats: list[Candidat], places: int) -> dict[Cle, Fraction]:
    """The seats that are due to each region, kind and size, in proportion."""
    effectifs = Counter(cle for c in candidats for cle in _cles(c))
    return {cle: Fraction(places * nombre, len(candidats)) for cle, nombre in effectifs.items()}


def _manques(quotas: dict[Cle, Fraction], pris: list[Candidat]) -> dict[Cle, int]:
    """What each still lacks, in hundredths of a seat (negative once it has more than its share)."""
    deja = Counter(cle for c in pris for cle in _cles(c))
    return {cle: int(100 * (quota - deja[cle])) for cle, quota in quotas.items()}


def _score(candidat: Candidat, manques: dict[Cle, int]) -> int:
    return sum(manques[cle] for cle in _cles(candidat)) + candidat.risque + candidat.attente


def _ordinal(rang: int) -> str:
    return "premier" if rang == 1 else f"{rang}ᵉ"


def _expliquer(candidat: Candidat, manques: dict[Cle, int]) -> str:
    risque = f"{compte(candidat.a_traiter, 'exigence')} à traiter" if candidat.a_traiter else "rien à traiter"
    vu = (
        "jamais audité"
        if candidat.mois is None
        else f"dernier audit il y a {compte(candidat.mois, 'mois,mois')}"
    )
    sous = [valeur for (_, valeur) in _cles(candidat) if manques[_, valeur] > 0]
    strates = f"encore peu vu{accorder(len(sous))}\u202f: {', '.join(sous)}" if sous else "strates déjà vues"
    return f"{_maj(risque)}, {vu}, {strates} (score {_score(candidat, manques)})."


def _maj(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


def entree(candidats: Iterable[Candidat]) -> list[dict[str, Any]]:
    """What a draw is made from, to be kept and played again."""
    return [asdict(c) for c in sorted(candidats, key=lambda c: c.code)]


def rejouer(entree_: Iterable[dict[str, Any]], nature: str, graine: str) -> list[dict[str, Any]]:
    """The sample that a kept entry gives, as it is kept."""
    return [asdict(r) for r in tirer((Candidat(**c) for c in entree_), nature, graine)]


def estimation(candidats: Iterable[Candidat], nature: str) -> dict[str, Any]:
    """What the certifier's choice should look like: its size, its random part, the seats of each stratum."""
    tous = list(candidats)
    places = taille(len(tous), nature)
    quotas = _quotas(tous, places)
    return {
        "points": len(tous),
        "taille": places,
        "aleatoires": part_aleatoire(places),
        "regions": {v: float(q) for (d, v), q in sorted(quotas.items()) if d == "region"},
        "types": {v: float(q) for (d, v), q in sorted(quotas.items()) if d == "type"},
        "tailles": {v: float(q) for (d, v), q in sorted(quotas.items()) if d == "taille"},
    }
