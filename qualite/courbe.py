"""How a point's verdicts stood at the end of each month, told from the changes that were kept."""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Q

from accueil.models import PointAccueil
from qualite.decisions import NIVEAUX
from qualite.models import Application, Changement, Niveau
from qualite.verdicts import Verdict

MOIS_MAX = 48  # the four years of a certification cycle


@dataclass(frozen=True)
class Moment:
    """The last day of a month, or today; how many requirements had each verdict."""

    jour: date
    comptes: Counter

    @property
    def parts(self) -> list[dict[str, str]]:
        """The stack of one column, bottom first, in percent for an SVG."""
        total, bas, parts = sum(self.comptes.values()), 100.0, []
        for verdict in Verdict:
            if nombre := self.comptes[verdict]:
                hauteur = 100 * nombre / total
                bas -= hauteur
                parts.append({"code": verdict.value, "haut": f"{bas:.4g}", "hauteur": f"{hauteur:.4g}"})
        return parts

    @property
    def nombres(self) -> list[int]:
        return [self.comptes[v] for v in Verdict]


def courbe(point: PointAccueil) -> list[Moment]:
    """The point's months since its first finding, four years at most, the oldest first; two statements.

    At each month's end the version that applied then is read, so that a new one starts afresh.
    """
    changements = Changement.objects.filter(
        Q(point=point) | Q(association=point.association_id) | Q(niveau=Niveau.RESEAU)
    ).order_by("jour", "id")
    lignes = list(changements.values_list("jour", "referentiel", "code", "niveau", "apres"))
    if not lignes:
        return []
    versions = list(Application.objects.order_by("debut").values_list("debut", "referentiel"))
    etats: dict[int, dict[tuple[str, str], str]] = {}
    moments, reste = [], iter([*lignes, None])
    ligne = next(reste)
    for jour in _fins_de_mois(lignes[0][0], point.aujourdhui()):
        while ligne and ligne[0] <= jour:
            _, referentiel, code, niveau, apres = ligne
            etats.setdefault(referentiel, {})[code, niveau] = apres
            ligne = next(reste)
        version = versions[max(0, bisect_right([d for d, _ in versions], jour) - 1)][1]
        moments.append(Moment(jour, Counter(_retenus(etats.get(version, {})))))
    return moments[-MOIS_MAX:]


def _retenus(etats: dict[tuple[str, str], str]) -> list[str]:
    """One verdict a requirement: that of the most particular level, unless it has no object there."""
    retenus = []
    for _, cles in groupby(sorted(etats), lambda cle: cle[0]):
        par_niveau = {niveau: etats[code, niveau] for code, niveau in cles}
        verdicts = [par_niveau[n] for n in NIVEAUX if n in par_niveau]
        retenus.append(next((v for v in verdicts if v != Verdict.SANS_OBJET), verdicts[0]))
    return retenus


def _fins_de_mois(premier: date, dernier: date) -> list[date]:
    """The last day of each month from that of `premier`, then `dernier` itself."""
    jours: list[date] = []
    mois = premier.replace(day=1)
    while True:
        suivant = (mois + timedelta(days=32)).replace(day=1)
        if suivant > dernier:
            return [*jours, dernier]
        jours.append(suivant - timedelta(days=1))
        mois = suivant
