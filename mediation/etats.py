"""The life of a case: its states, and the one table of the moves allowed between them.

The same table stands in the database (`mediation_transition`, filled by a migration), where a trigger
refuses any other move; a test compares both.
"""

from dataclasses import dataclass

from django.db import models


class Etat(models.TextChoices):
    DEMANDE = "demande", "Demande reçue"
    PRISE_DE_CONTACT = "prise_de_contact", "Prise de contact"
    EN_COURS = "en_cours", "En cours"
    ACCORD = "accord", "Accord"
    DESACCORD = "desaccord", "Désaccord"
    ORIENTE = "oriente", "Orienté"
    REFUSE = "refuse", "Refusé"
    RETRAIT = "retrait", "Retrait"
    HORS_CHAMP = "hors_champ", "Hors champ"
    SUIVI = "suivi", "Suivi"
    CLOS = "clos", "Clos"


TRANSFERT = "transfert"  # an outcome without a state of its own: closes here, goes on elsewhere

# Before any outcome; with one; still to be looked after.
OUVERTS = (Etat.DEMANDE, Etat.PRISE_DE_CONTACT, Etat.EN_COURS)
ISSUES = (Etat.ACCORD, Etat.DESACCORD, Etat.ORIENTE, Etat.REFUSE, Etat.RETRAIT, Etat.HORS_CHAMP)
ISSUES_SUIVIES = tuple(e for e in ISSUES if e != Etat.HORS_CHAMP)
ACTIFS = tuple(e for e in Etat if e != Etat.CLOS)
CHOIX_ISSUE = [*((e.value, e.label) for e in ISSUES), (TRANSFERT, "Transféré")]


@dataclass(frozen=True)
class Transition:
    """One allowed move. `motif`: a reason is due. `transfert`: only as the end of a transfer."""

    de: Etat
    vers: Etat
    libelle: str
    motif: bool = False
    transfert: bool = False


def _depuis(de: Etat, *transitions: tuple) -> tuple[Transition, ...]:
    return tuple(Transition(de, *t) for t in transitions)


_SORTIES = (
    (Etat.ORIENTE, "Orienter vers un partenaire"),
    (Etat.REFUSE, "Une partie refuse la médiation"),
    (Etat.RETRAIT, "Une partie ou le médiateur se retire"),
    (Etat.HORS_CHAMP, "Hors du champ de la médiation sociale"),
    (Etat.CLOS, "Transférer à un autre point", False, True),
)
_SUITES = ((Etat.SUIVI, "Suivre ce qui a été décidé"), (Etat.CLOS, "Clore"))

TRANSITIONS: tuple[Transition, ...] = (
    *_depuis(Etat.DEMANDE, (Etat.PRISE_DE_CONTACT, "Commencer la prise de contact"), *_SORTIES),
    *_depuis(Etat.PRISE_DE_CONTACT, (Etat.EN_COURS, "Engager la médiation"), *_SORTIES),
    *_depuis(Etat.EN_COURS, (Etat.ACCORD, "Accord trouvé"), (Etat.DESACCORD, "Pas d’accord"), *_SORTIES),
    # An agreement is followed up before the case is closed.
    *_depuis(
        Etat.ACCORD, (Etat.SUIVI, "Suivre les engagements"), (Etat.EN_COURS, "Reprendre la médiation", True)
    ),
    *(t for de in (Etat.DESACCORD, Etat.ORIENTE, Etat.REFUSE, Etat.RETRAIT) for t in _depuis(de, *_SUITES)),
    *_depuis(Etat.HORS_CHAMP, (Etat.CLOS, "Clore")),
    *_depuis(Etat.SUIVI, (Etat.CLOS, "Clore"), (Etat.EN_COURS, "Reprendre la médiation", True)),
    *_depuis(Etat.CLOS, (Etat.EN_COURS, "Rouvrir", True), (Etat.SUIVI, "Rouvrir pour un suivi", True)),
)
PAR_PAIRE: dict[tuple[str, str], Transition] = {(t.de, t.vers): t for t in TRANSITIONS}


def depuis(etat: str) -> list[Transition]:
    """Moves allowed from a state, transfers left out (they have a page of their own)."""
    return [t for t in TRANSITIONS if t.de == etat and not t.transfert]
