"""The network's matrix: points × requirements, one verdict a cell."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from accueil.models import PointAccueil
from qualite.lecture_constats import constats_de
from qualite.models import Constat, Exigence, Niveau
from qualite.pages_constats import LIBELLES, SIGNES, retenir
from qualite.verdicts import Verdict


@dataclass(frozen=True)
class Case:
    """One cell of the matrix."""

    code: str
    verdict: str

    @property
    def signe(self) -> str:
        return SIGNES[Verdict(self.verdict)]

    @property
    def mot(self) -> str:
        return LIBELLES[self.verdict]


@dataclass(frozen=True)
class Rangee:
    """One point of the matrix."""

    point: PointAccueil
    url: str
    cases: list[Case | None]

    def a(self, verdict: str) -> bool:
        return any(c and c.verdict == verdict for c in self.cases)


def rangees(points: Sequence[PointAccueil], exigences: Sequence[Exigence]) -> list[Rangee]:
    """The matrix of these points; one statement."""
    if not points or not exigences:
        return []
    cles, associations = [p.pk for p in points], {p.association_id for p in points}
    lignes = Constat.objects.filter(
        Q(point__in=cles) | Q(association__in=associations) | Q(niveau=Niveau.RESEAU)
    ).only("referentiel", "code", "niveau", "association", "point", "verdict")
    par_sujet: dict[tuple[int | None, int | None], dict[tuple[str, str], Constat]] = {}
    for code, constat in constats_de(exigences, lignes):
        cle = (constat.association_id, constat.point_id)
        par_sujet.setdefault(cle, {})[code, constat.niveau] = constat
    reseau = par_sujet.get((None, None), {})
    resultat = []
    for point in points:
        siens = reseau | par_sujet.get((point.association_id, None), {}) | par_sujet.get((None, point.pk), {})
        retenus = [(e.code, retenir(e, siens)) for e in exigences]
        cases = [Case(code, c.verdict) if c else None for code, c in retenus]
        resultat.append(Rangee(point, reverse("constats_point", args=[point.code]), cases))
    return resultat
