"""Whether a person's attestation of the charter is valid on a day: pure functions, no query.

Rule of the network (« à valider »): an attestation is valid for 12 months, or until a new version of
the charter. Newcomers, those who come back and everyone at a new version have 30 days; the end of the
12 months is known beforehand and gives none. The numbers are dated parameters (`Regles`).
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

UN_JOUR = timedelta(days=1)
Intervalle = tuple[date, date]  # both days included


@dataclass(frozen=True)
class Regles:
    """`duree` in months, `delai` (grace) and `absence` (a long one) in days."""

    duree: int = 12
    delai: int = 30
    absence: int = 30

    @classmethod
    def lire(cls, valeurs: dict[str, int]) -> "Regles":
        """From the référentiel's parameters on a day."""
        return cls(valeurs["attestation_duree"], valeurs["attestation_delai"], valeurs["absence_longue"])


class Etat(StrEnum):
    A_JOUR = "a_jour"
    DANS_LE_DELAI = "dans_le_delai"
    EN_RETARD = "en_retard"
    HORS_POSTE = "hors_poste"  # not in post on that day, or away for long
    SANS_CHARTE = "sans_charte"  # no version is in force


@dataclass(frozen=True)
class Situation:
    """Where someone stands on a day. `echeance`: the last day to attest, or the last valid one."""

    etat: Etat
    echeance: date | None = None

    @property
    def attendue(self) -> bool:
        """Whether an attestation is missing, in time or not."""
        return self.etat in (Etat.DANS_LE_DELAI, Etat.EN_RETARD)

    def reste(self, jour: date) -> int | None:
        """Days left before the deadline; negative once it has passed."""
        return (self.echeance - jour).days if self.echeance else None


def plus_mois(jour: date, mois: int) -> date:
    """The same day so many months later, or the month's last: 31 January + 1 → 28 February."""
    rang = jour.year * 12 + jour.month - 1 + mois
    annee, numero = divmod(rang, 12)
    return date(annee, numero + 1, min(jour.day, calendar.monthrange(annee, numero + 1)[1]))


def fusionner(intervalles: Iterable[tuple[date, date | None]], trou: int = 0) -> list[Intervalle]:
    """Join intervals that touch, overlap, or leave a hole of at most `trou` days; no end is far away."""
    fusion: list[Intervalle] = []
    for debut, fin in sorted((d, f or date.max) for d, f in intervalles):
        if fusion and (debut - fusion[-1][1]).days <= trou + 1:
            fusion[-1] = (fusion[-1][0], max(fusion[-1][1], fin))
        else:
            fusion.append((debut, fin))
    return fusion


def presences(
    postes: Iterable[tuple[date, date | None]],
    absences: Iterable[tuple[date, date | None]],
    jour: date,
    longue: int,
) -> list[Intervalle]:
    """Stretches of presence: time in post, less the long absences (known on `jour`).

    Two contracts less than a long absence apart are one stretch. An absence without a known end is
    long once it has lasted as many days.
    """
    restes = fusionner(postes, trou=longue - 1)
    for debut, fin in fusionner((d, f or max(d, jour)) for d, f in absences if d <= jour or f):
        if (fin - debut).days + 1 >= longue:
            restes = [morceau for r in restes for morceau in _retrancher(r, (debut, fin))]
    return restes


def _retrancher(reste: Intervalle, trou: Intervalle) -> Iterable[Intervalle]:
    if trou[1] < reste[0] or trou[0] > reste[1]:
        yield reste
        return
    if reste[0] < trou[0]:
        yield reste[0], trou[0] - UN_JOUR
    if trou[1] < reste[1]:
        yield trou[1] + UN_JOUR, reste[1]


def couvertures(
    attestations: Iterable[tuple[date, date]], versions: Sequence[date], duree: int
) -> list[Intervalle]:
    """Days covered by valid attestations.

    `attestations`: (day, first day of the version attested); `versions`: first days of all versions.
    """
    valables = []
    for jour, version in attestations:
        fin = plus_mois(jour, duree) - UN_JOUR
        suivante = min((v for v in versions if v > version), default=None)
        if suivante:
            fin = min(fin, suivante - UN_JOUR)
        if version <= jour <= fin:
            valables.append((jour, fin))
    return fusionner(valables)


def situation(
    jour: date,
    *,
    postes: Sequence[tuple[date, date | None]],
    absences: Sequence[tuple[date, date | None]] = (),
    attestations: Sequence[tuple[date, date]] = (),
    versions: Sequence[date],
    regles: Regles,
) -> Situation:
    """Where a person stands on a local day.

    `postes` and `absences` are (first day, last day or None); `attestations` (day, first day of the
    version attested); `versions` the first days of the charter's versions.
    """
    parues = [v for v in versions if v <= jour]
    presence = next(
        (p for p in presences(postes, absences, jour, regles.absence) if p[0] <= jour <= p[1]), None
    )
    if presence is None or not any(d <= jour <= (f or date.max) for d, f in postes):
        return Situation(Etat.HORS_POSTE)
    if not parues:
        return Situation(Etat.SANS_CHARTE)
    faites = [a for a in attestations if a[0] <= jour]
    couverts = couvertures(faites, parues, regles.duree)
    courant = next((c for c in couverts if c[0] <= jour <= c[1]), None)
    if courant:
        return Situation(Etat.A_JOUR, courant[1])
    du = max(presence[0], min(parues))
    dernier = max((c[1] for c in couverts if c[1] < jour), default=None)
    # The day since which it is missing: arrival, return, new version, or the end of the 12 months.
    manque = dernier + UN_JOUR if dernier and dernier + UN_JOUR > du else du
    previsible = manque > du and manque not in parues
    echeance = manque - UN_JOUR if previsible else manque + timedelta(days=regles.delai)
    return Situation(Etat.DANS_LE_DELAI if jour <= echeance else Etat.EN_RETARD, echeance)
