"""What a point's findings ask of whom: on the dashboard, and in the weekly digest."""

from typing import Any

from django.urls import reverse

from accueil.acces import Portee
from accueil.models import PointAccueil
from qualite import pages_constats as pages
from qualite.evaluation import Cadre
from qualite.lecture_constats import ecartee, retenir
from qualite.models import Constat
from qualite.verdicts import Qui, Verdict

# What a manager has to see each morning comes first: what lapses, then what was left behind.
EN_TETE = ("CAD-5", "MEO-3", "MEO-5", "ORG-3", "ORG-2", "MEO-4", "MEO-6", "SUI-4")


def _concernes(portee: Portee, point: PointAccueil) -> set[str]:
    """Whose doing is also this person's concern at that point."""
    if portee.reseau:
        return set(Qui.values)
    concernes = {Qui.EQUIPE.value} if point.pk in portee.points_de_saisie else set()
    if point.pk in portee.points_de_responsable:
        concernes.add(Qui.RESPONSABLE.value)
    if point.association_id in portee.associations:
        concernes |= {Qui.EQUIPE.value, Qui.RESPONSABLE.value, Qui.DIRECTION.value}
    return concernes


def attentes(
    portee: Portee, point: PointAccueil, cadre: Cadre, constats: dict
) -> list[tuple[str, Constat, str, str]]:
    """Requirements that ask something of this person: title, finding, tone, address."""
    a_faire, concernes = [], _concernes(portee, point)
    for exigence in cadre.exigences:
        constat: Any = retenir(exigence, constats)
        if (
            constat
            and constat.verdict in pages.A_FAIRE
            and constat.qui in concernes
            and not ecartee(exigence, constat)
        ):
            rang = EN_TETE.index(exigence.code) if exigence.code in EN_TETE else len(EN_TETE)
            url = reverse("constat", args=[point.code, exigence.code])
            ton = pages.TONS[Verdict(constat.verdict)]
            a_faire.append((rang, (exigence.libelle, constat, ton, url)))
    return [ligne for _, ligne in sorted(a_faire, key=lambda a: a[0])]
