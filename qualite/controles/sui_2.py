"""SUI-2: satisfaction is measured, enough for a rate. Source: press release.

What is judged is the measuring, never the rate: a point is not made to look for kind answers.
"""

from pimms.socle.typographie import compte, pourcentage
from qualite.controles.resultat import Lien, Qui, Resultat, Seuils, selon
from qualite.faits import FaitsPoint

CODE = "SUI-2"


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """As many answers as a rate needs, an open questionnaire, and someone who answered lately."""
    seuil, nombre = seuils["satisfaction_reponses"], faits.satisfaction
    reponses = compte(nombre, "réponse")
    if not nombre:
        phrase = "aucune réponse sur la période"
    elif nombre < seuil:
        phrase = f"{reponses}\u202f: pas de taux sous {seuil}"
    else:
        phrase = f"{reponses}, {pourcentage(faits.satisfaits / nombre)} de satisfaits"
    vivante = faits.questionnaires > 0 and faits.satisfaction_recentes > 0
    if not faits.questionnaires:
        phrase += ", aucun questionnaire ouvert"
    elif nombre and not faits.satisfaction_recentes:
        phrase += f", plus aucune depuis {seuils['satisfaction_recente']} jours"
    return Resultat(
        selon(nombre >= seuil and vivante),
        phrase,
        valeur=nombre,
        seuil=seuil,
        sur=max(nombre, seuil),
        qui=Qui.RESPONSABLE,
        lien=Lien("satisfaction_point", reponses, sujet="code", sur_periode=True),
    )
