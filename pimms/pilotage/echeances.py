"""What lapses in a team within two months: attestations, hours of training, paths. Numbers, no names."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from accueil.models import PointAccueil
from qualite.controles.resultat import Seuils
from qualite.lecture_parcours import lire_equipe
from qualite.parcours import Parcours

HORIZON = timedelta(days=60)


def _attestation_attendue(parcours: Parcours, _: Parcours) -> bool:
    return parcours.attestation.attendue


def _attestation_expire(parcours: Parcours, plus_tard: Parcours) -> bool:
    echeance = parcours.attestation.echeance
    attendue = parcours.attestation.attendue
    return not attendue and echeance is not None and echeance <= plus_tard.annee.jour


def _heures_manquent(parcours: Parcours, _: Parcours) -> bool:
    return not parcours.heures_suffisent


def _heures_sortent(parcours: Parcours, plus_tard: Parcours) -> bool:
    return parcours.heures_suffisent and not plus_tard.heures_suffisent


def _qualification_finit(parcours: Parcours, plus_tard: Parcours) -> bool:
    fin = parcours.qualification[2] if parcours.qualification else None
    return fin is not None and fin <= plus_tard.annee.jour


# What is counted, how it reads, and the page that says who.
ECHEANCES: tuple[tuple[Callable[[Parcours, Parcours], bool], str, str], ...] = (
    (_attestation_attendue, "attestation à signer,attestations à signer", "attestations"),
    (_attestation_expire, "attestation qui expire,attestations qui expirent", "attestations"),
    (
        _heures_manquent,
        "personne sans ses heures de formation,personnes sans leurs heures de formation",
        "parcours_equipe",
    ),
    (
        _heures_sortent,
        "personne dont les heures ne suffiront plus,personnes dont les heures ne suffiront plus",
        "parcours_equipe",
    ),
    (
        _qualification_finit,
        "qualification ou parcours qui se termine,qualifications ou parcours qui se terminent",
        "parcours_equipe",
    ),
)


def lire_echeances(point: PointAccueil, jour: date, seuils: Seuils) -> list[tuple[int, str, str]]:
    """How many people of each kind of lapse there are, in words, with the page behind; one statement."""
    equipe = lire_equipe(point, jour, seuils).values()
    # The same person as they will be at the end of the horizon, if nothing is done.
    couples = [(p, replace(p, annee=replace(p.annee, jour=jour + HORIZON))) for p in equipe]
    comptes = ((sum(est(*couple) for couple in couples), mots, page) for est, mots, page in ECHEANCES)
    return [ligne for ligne in comptes if ligne[0]]
