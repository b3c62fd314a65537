"""Where a proof stands on a day: pure functions, no query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from qualite.validite import plus_mois

BIENTOT = 30  # days before its end from which a proof is said to lapse soon


class EtatPreuve(StrEnum):
    EN_VIGUEUR = "en_vigueur"
    BIENTOT_ECHUE = "bientot_echue"
    A_VENIR = "a_venir"
    ECHUE = "echue"
    REFUSEE = "refusee"
    ALTEREE = "alteree"
    RETIREE = "retiree"
    EFFACEE = "effacee"

    @property
    def vaut(self) -> bool:
        """Whether it proves something on that day; any other state counts as « preuve manquante »."""
        return self in (EtatPreuve.EN_VIGUEUR, EtatPreuve.BIENTOT_ECHUE)


@dataclass(frozen=True)
class Version:
    """What the rules need of a version. `evenements`: natures of what was decided, the oldest first."""

    numero: int
    debut: date
    fin: date | None
    evenements: Sequence[str] = ()

    def _dernier(self, *natures: str) -> str | None:
        return next((e for e in reversed(self.evenements) if e in natures), None)

    def etat(self, jour: date, periodicite: int | None = None) -> EtatPreuve:
        """Its state on a day; `periodicite` (months) ends a version of which no end is said."""
        return self._decide() or self._date(jour, self.fin_effective(periodicite))

    def _decide(self) -> EtatPreuve | None:
        """What was decided or found about it, the gravest first."""
        if "effacement" in self.evenements:
            return EtatPreuve.EFFACEE
        if "retrait" in self.evenements:
            return EtatPreuve.RETIREE
        if self._dernier("alteration", "integrite") == "alteration":
            return EtatPreuve.ALTEREE
        return EtatPreuve.REFUSEE if self._dernier("refus", "levee") == "refus" else None

    def _date(self, jour: date, fin: date | None) -> EtatPreuve:
        if jour < self.debut:
            return EtatPreuve.A_VENIR
        if fin and jour > fin:
            return EtatPreuve.ECHUE
        bientot = fin and (fin - jour).days <= BIENTOT
        return EtatPreuve.BIENTOT_ECHUE if bientot else EtatPreuve.EN_VIGUEUR

    def fin_effective(self, periodicite: int | None = None) -> date | None:
        """The last day it is worth: its own, or that of the requirement's period if that comes first."""
        fins = [self.fin] if self.fin else []
        if periodicite:
            fins.append(plus_mois(self.debut, periodicite) - timedelta(days=1))
        return min(fins, default=None)


def etat_de_la_preuve(
    versions: Sequence[Version], jour: date, periodicite: int | None = None
) -> tuple[EtatPreuve, Version]:
    """A proof's state and the version that gives it: one that is worth something, else the latest.

    Raises ValueError without any version.
    """
    if not versions:
        raise ValueError("une preuve a au moins une version")
    etats = [(v.etat(jour, periodicite), v) for v in sorted(versions, key=lambda v: -v.numero)]
    valables = [(e, v) for e, v in etats if e.vaut]
    # A version already there for the days after the end: nothing lapses soon.
    return max(valables, key=lambda ev: ev[1].fin_effective(periodicite) or date.max, default=etats[0])
