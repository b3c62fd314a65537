"""How a subject's verdicts stood at the end of a day, told from the turns that were kept."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from accueil.models import PointAccueil
from qualite.evaluation import Cadre
from qualite.models import Changement, Niveau, Rapport
from qualite.rapports.constats import NIVEAUX_LUS, cle_du_niveau
from qualite.verdicts import Verdict

A_FAIRE = (Verdict.A_TRAITER, Verdict.PREUVE_MANQUANTE)


def conformite(rapport: Rapport, points: Sequence[PointAccueil], cadre: Cadre) -> dict[str, Any] | None:
    """Verdicts on the report's day as they had been found by then, by the version that applied; None when
    nothing had been evaluated yet. Two statements at most."""
    niveaux = NIVEAUX_LUS[Niveau(rapport.niveau)]
    sujets = Q()
    for niveau in niveaux:
        association, point = cle_du_niveau(rapport, niveau)
        sujets |= Q(niveau=niveau, association=association, point=point)
    etats = {(code, niveau): verdict for code, niveau, _, verdict in _etats(sujets, rapport, cadre)}
    if not etats:
        return None
    retenus = []
    for exigence in cadre.exigences:
        trouves = [v for n in niveaux if (v := etats.get((exigence.code, str(n))))]
        verdict = next((v for v in trouves if v != Verdict.SANS_OBJET), trouves[0] if trouves else "")
        if verdict:
            retenus.append({"code": exigence.code, "libelle": exigence.libelle, "verdict": verdict})
    return {
        "comptes": _compter(c["verdict"] for c in retenus),
        "appellent": [c for c in retenus if c["verdict"] in A_FAIRE],
        "points": _des_points(rapport, points, cadre),
    }


def _etats(sujets: Q, rapport: Rapport, cadre: Cadre) -> Iterable[tuple[str, str, int | None, str]]:
    """Code, level, point and verdict of each subject after its last turn by that day; one statement."""
    changements = Changement.objects.filter(sujets, referentiel=cadre.referentiel, jour__lte=rapport.au)
    lignes = changements.order_by("jour", "id").values_list("code", "niveau", "point", "apres")
    derniers = {(code, niveau, point): apres for code, niveau, point, apres in lignes}
    return [(*sujet, verdict) for sujet, verdict in derniers.items()]


def _des_points(rapport: Rapport, points: Sequence[PointAccueil], cadre: Cadre) -> dict[str, int] | None:
    """Of a consolidated account, the verdicts of all its points added up."""
    if rapport.niveau == Niveau.POINT:
        return None
    return _compter(verdict for *_, verdict in _etats(Q(point__in=points), rapport, cadre))


def _compter(verdicts: Iterable[str]) -> dict[str, int]:
    comptes = Counter(verdicts)
    return {v.value: comptes[v.value] for v in Verdict}
