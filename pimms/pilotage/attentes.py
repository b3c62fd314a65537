"""What asks something of whom at a point: cases on the dashboard, findings there and in the weekly digest."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accueil.acces import Portee
from accueil.models import PointAccueil
from mediation.a_suivre import A_RELANCER, ECHUS, URGENTS
from mediation.listes import A_REVOIR
from pimms.pilotage.dossiers import Comptes, DeQui
from pimms.socle.typographie import compte
from qualite import pages_constats as pages
from qualite.evaluation import Cadre
from qualite.lecture_constats import ecartee, retenir
from qualite.models import Constat
from qualite.verdicts import Qui, Verdict

# What a manager has to see each morning comes first: what lapses, then what was left behind.
EN_TETE = ("CAD-5", "MEO-3", "MEO-5", "ORG-3", "ORG-2", "MEO-4", "MEO-6", "SUI-4")

# What is due in cases, by the list that has them: in words, then what that asks for.
RAPPELS = {
    URGENTS: ("à traiter aujourd’hui", "une demande urgente attend un premier contact"),
    A_RELANCER: ("à relancer", "la réponse attendue devait venir"),
    ECHUS: ("avec engagement échu", "sa suite reste à noter"),
    A_REVOIR: ("à revoir", "aucune étape depuis 60 jours"),
}


def de_qui(portee: Portee, point: PointAccueil) -> DeQui:
    """Whose cases wait for this person there: a manager's are all, one's own for who works there."""
    if point.pk in portee.points_de_responsable:
        return DeQui.TOUS
    return DeQui.LECTEUR if point.pk in portee.points_de_role else DeQui.PERSONNE


def rappels(point: PointAccueil, dossiers: Comptes, de_qui: DeQui) -> Iterator[tuple[str, str, str]]:
    """What is due in these cases today: how many, what that asks for, the list of them."""
    miens = de_qui is DeQui.LECTEUR
    for vue, n in dossiers.dus.items():
        if n:
            mots, suite = RAPPELS[vue]
            champs = {"vue": vue, "point": point.code} | ({"miens": "1"} if miens else {})
            nom = "de vos médiations,de vos médiations" if miens else "médiation"
            yield f"{compte(n, nom)} {mots}", suite, f"{reverse('dossiers')}?{urlencode(champs)}"


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
