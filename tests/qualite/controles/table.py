"""One table of cases a rule: facts that differ from an ordinary point, what is said of them."""

from datetime import date

from qualite.controles import juger
from qualite.faits import FaitsPoint
from qualite.models import Exigence

JOUR = date(2026, 11, 24)
SEUILS = {
    "registres_seuil": 5,
    "registres_seuil_point": 5,
    "registres_repere": 3,
    "registres_periode": 12,
    "demarrage": 6,
    "saisie_retard": 7,
    "saisie_retard_part": 10,
    "suite_delai": 90,
    "absence_longue": 30,
    "dossier_revue": 60,
    "veille_relance": 30,
    "satisfaction_reponses": 30,
    "analyse_pratique": 4,
    "formation_heures": 21,
    "reunions_equipe": 4,
    "satisfaction_recente": 90,
    "bilan_delai": 6,
    "france_services_agents": 2,
}
EN_SERVICE = date(2020, 1, 1)
NOUVEAU = date(2026, 9, 1)


def un_point(**faits) -> FaitsPoint:
    return FaitsPoint(jour=JOUR, **{"depuis": EN_SERVICE} | faits)


def exigence(code: str, *verifications: str) -> Exigence:
    return Exigence(code=code, verification=list(verifications or ("auto",)), niveaux=["point"])


def verdict(code: str, *verifications: str, **faits) -> str:
    """The verdict on a point with these facts."""
    return juger(exigence(code, *verifications), un_point(**faits), SEUILS).verdict


def phrase(code: str, **faits) -> str:
    return juger(exigence(code), un_point(**faits), SEUILS).phrase
