"""What figures are made of: sums, curves and distributions; and what is left of them without a part."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from accueil.agregats_mois import A_CLES
from accueil.lecture_agregats import SOMMES


@dataclass(frozen=True)
class Sommes:
    """What a period adds up to; `par_point`, where asked for, by key of the points that had visits."""

    visites: int = 0
    passages: int = 0
    minutes: int = 0
    minutes_estimees: int = 0
    demandes: int = 0
    resolues: int = 0  # requests whose outcome is « Résolu »
    courbe: Mapping[date, int] = field(default_factory=dict)  # visits by first day of each step
    par_point: Mapping[int, "Sommes"] = field(default_factory=dict)

    def sans(self, part: "Sommes") -> "Sommes":
        """What is left when a part of the same visits is taken away; points left without any are left out."""
        points = {cle: s.sans(part.par_point.get(cle, Sommes())) for cle, s in self.par_point.items()}
        return replace(
            self,
            **{nom: getattr(self, nom) - getattr(part, nom) for nom in SOMMES},
            courbe=_reste(self.courbe, part.courbe),
            par_point={cle: reste for cle, reste in points.items() if reste.visites},
        )


@dataclass(frozen=True)
class Chiffres(Sommes):
    """All of a period. A distribution gives a count by value (None: unknown) or by key, as text."""

    repartitions: Mapping[str, Mapping[Any, int]] = field(default_factory=dict)
    chaleur: Mapping[tuple[int, int], int] = field(default_factory=dict)  # (0 is Monday, hour): visits

    def details_sans(self, part: "Chiffres") -> "Chiffres":
        """The same as `sans`, distributions and heat map too: closed lists keep their zeros, keys don't."""
        comptes = {
            colonne: _reste(tout, part.repartitions[colonne], zeros=colonne not in A_CLES)
            for colonne, tout in self.repartitions.items()
        }
        reste = self.sans(part)
        return Chiffres(
            **{**vars(reste), "repartitions": comptes, "chaleur": _reste(self.chaleur, part.chaleur)}
        )


def _reste(tout: Mapping, part: Mapping, *, zeros: bool = False) -> dict:
    """Counts by key without those of a part."""
    restes = {cle: n - part.get(cle, 0) for cle, n in tout.items()}
    return restes if zeros else {cle: n for cle, n in restes.items() if n}
