"""What lapses in a team within two months: attestations, hours of training, paths of qualification."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from accueil.acces import Portee
from accueil.models import PointAccueil
from qualite.controles.resultat import Seuils
from qualite.lecture_parcours import lire_equipe
from qualite.parcours import Parcours
from qualite.personnel import encadre
from qualite.validite import Situation

HORIZON = timedelta(days=60)


def attestation_attendue(situation: Situation, _: date) -> bool:
    return situation.attendue


def attestation_expire(situation: Situation, limite: date) -> bool:
    echeance = situation.echeance
    return not situation.attendue and echeance is not None and echeance <= limite


def _heures_manquent(parcours: Parcours, _: Parcours) -> bool:
    return not parcours.heures_suffisent


def _heures_sortent(parcours: Parcours, plus_tard: Parcours) -> bool:
    return parcours.heures_suffisent and not plus_tard.heures_suffisent


def _qualification_finit(parcours: Parcours, plus_tard: Parcours) -> bool:
    fin = parcours.qualification[2] if parcours.qualification else None
    return fin is not None and fin <= plus_tard.annee.jour


# Of each kind, by its name in addresses: how it reads, and of whom it is true.
DES_ATTESTATIONS: dict[str, tuple[str, Callable[[Situation, date], bool]]] = {
    "attendue": ("attestation à signer,attestations à signer", attestation_attendue),
    "expire": (
        "attestation qui expire d’ici deux mois,attestations qui expirent d’ici deux mois",
        attestation_expire,
    ),
}
# A path on the day, and the same at the end of the horizon, if nothing is done.
DES_PARCOURS: dict[str, tuple[str, Callable[[Parcours, Parcours], bool]]] = {
    "heures": (
        "personne sans ses heures de formation,personnes sans leurs heures de formation",
        _heures_manquent,
    ),
    "heures_bientot": (
        "personne dont les heures ne suffiront plus d’ici deux mois,"
        "personnes dont les heures ne suffiront plus d’ici deux mois",
        _heures_sortent,
    ),
    "qualification": (
        "qualification ou parcours qui se termine d’ici deux mois,"
        "qualifications ou parcours qui se terminent d’ici deux mois",
        _qualification_finit,
    ),
}


@dataclass(frozen=True)
class Echeance:
    """How many people something lapses for, in words, and the page and its address that say who."""

    nombre: int
    mots: str
    page: str
    url: str


def concerne(code: str, parcours: Parcours) -> bool:
    """Whether this kind of lapse, of attestations or of paths, is true of someone."""
    limite = parcours.annee.jour + HORIZON
    if code in DES_ATTESTATIONS:
        return DES_ATTESTATIONS[code][1](parcours.attestation, limite)
    return DES_PARCOURS[code][1](parcours, replace(parcours, annee=replace(parcours.annee, jour=limite)))


def lire_echeances(point: PointAccueil, jour: date, seuils: Seuils) -> list[Echeance]:
    """What lapses at a point, kind by kind; one statement."""
    equipe = lire_equipe(point, jour, seuils).values()
    echeances = []
    for page, sortes in (("attestations", DES_ATTESTATIONS), ("parcours_equipe", DES_PARCOURS)):
        for code, (mots, _) in sortes.items():
            if nombre := sum(concerne(code, parcours) for parcours in equipe):
                question = urlencode({"point": point.code, "echeance": code})
                echeances.append(Echeance(nombre, mots, page, f"{reverse(page)}?{question}"))
    return echeances


def echeances_lisibles(portee: Portee, point: PointAccueil, seuils: Seuils) -> list[Echeance] | None:
    """Those whose people this person may read, where one alone may be who is counted; None without any."""
    jour = point.aujourdhui()
    if not (portee.gere(point) and point.est_ouvert_le(jour)):
        return None
    echeances = lire_echeances(point, jour, seuils)
    return echeances if encadre(portee, point) else [e for e in echeances if e.page == "attestations"]
