"""MEO-2: each intervention is logged in time. Network's rule: delay and share are parameters."""

from pimms.socle.typographie import compte, pourcentage
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, Verdict, selon
from qualite.faits import FaitsPoint

CODE = "MEO-2"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """The share of late entries stays within the accepted one (both in whole entries: no rounding)."""
    if not faits.interventions:
        return Resultat(Verdict.NON_EVALUE, "Rien n’est noté sur la période.", qui=Qui.EQUIPE)
    part = faits.tardives / faits.interventions
    limite = seuils["saisie_retard_part"]
    return Resultat(
        selon(faits.tardives * 100 <= limite * faits.interventions),
        f"{pourcentage(part, 0 if part in (0, 1) else 1)} tracées plus de"
        f" {compte(seuils['saisie_retard'], 'jour')} après, {limite}\u202f% admis",
        valeur=faits.interventions - faits.tardives,
        seuil=faits.interventions - limite * faits.interventions // 100,
        sur=faits.interventions,
        qui=Qui.EQUIPE,
        lien=Lien("journal", compte(faits.interventions, "entrée"), sur_periode=True),
        # How the figures were kept, shown beside them.
        detail=(
            faits.interventions,
            faits.tardives,
            faits.visites,
            faits.corrigees,
            faits.estimees,
            faits.retaguees,
        ),
    )
