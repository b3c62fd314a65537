"""What comes next in a case: its moves as the page offers them, and what is still missing (pure)."""

from dataclasses import dataclass

from mediation.etats import Etat, Transition
from mediation.fiche import Fiche
from mediation.models import Etape, Partie

# The move that a case of that state usually makes next.
HABITUELLE = {
    Etat.DEMANDE: Etat.PRISE_DE_CONTACT,
    Etat.PRISE_DE_CONTACT: Etat.EN_COURS,
    Etat.EN_COURS: Etat.ACCORD,
    Etat.ACCORD: Etat.SUIVI,
    Etat.DESACCORD: Etat.CLOS,
    Etat.ORIENTE: Etat.SUIVI,
    Etat.REFUSE: Etat.CLOS,
    Etat.RETRAIT: Etat.CLOS,
    Etat.HORS_CHAMP: Etat.CLOS,
    Etat.SUIVI: Etat.CLOS,
}
# Moves that need no word: the button makes them.
DIRECTES = (Etat.PRISE_DE_CONTACT, Etat.EN_COURS, Etat.ACCORD, Etat.SUIVI)
ICONES = {
    Etat.PRISE_DE_CONTACT: "telephone",
    Etat.EN_COURS: "people",
    Etat.ACCORD: "hand-thumbs-up",
    Etat.DESACCORD: "dash-circle",
    Etat.ORIENTE: "signpost-2",
    Etat.REFUSE: "x-circle",
    Etat.RETRAIT: "door-open",
    Etat.HORS_CHAMP: "slash-circle",
    Etat.SUIVI: "calendar-check",
    Etat.CLOS: "archive",
}


@dataclass(frozen=True)
class Pas:
    """One move as the page offers it. `direct`: its button makes it, else it opens a form."""

    transition: Transition
    icone: str
    direct: bool


@dataclass(frozen=True)
class Suite:
    """The usual next move, the others, and what is missing before the usual one.

    `accord_note`: the step of an agreement is there already.
    """

    habituel: Pas | None
    autres: list[Pas]
    manques: list[str]
    accord_note: bool


def suite(fiche: Fiche) -> Suite:
    """What may come next for this case, from its loaded parts."""
    pas = [Pas(t, ICONES[t.vers], t.vers in DIRECTES and not t.motif) for t in fiche.transitions]
    vers = HABITUELLE.get(Etat(fiche.dossier.etat))
    habituel = next((p for p in pas if p.transition.vers == vers), None)
    accord_note = any(e.nature == Etape.Nature.ACCORD and not e.annulee_le for e in fiche.etapes)
    return Suite(habituel, [p for p in pas if p is not habituel], manques(fiche), accord_note)


def manques(fiche: Fiche) -> list[str]:
    """What the usual next move waits for, in plain words; the write checks it again."""
    etat = fiche.dossier.etat
    if etat in (Etat.DEMANDE, Etat.PRISE_DE_CONTACT):
        return _avant_de_commencer(fiche)
    if etat == Etat.SUIVI:
        restent = [e for e in fiche.engagements if not e.suite]
        if restent:
            return ["Avant de clore, notez ce que sont devenus les engagements."]
    return []


def _avant_de_commencer(fiche: Fiche) -> list[str]:
    demandeurs = [p for p in fiche.parties if p.role == Partie.Role.DEMANDEUR and not p.retiree_le]
    if not demandeurs:
        return ["Ajoutez la partie qui demande la médiation."]
    if fiche.dossier.etat == Etat.DEMANDE:
        return []
    attendus = [p for p in demandeurs if not p.accord_vaut]  # type: ignore[attr-defined]
    return [f"L’accord de {p.nom_lu} à la médiation n’est pas noté." for p in attendus]  # type: ignore[attr-defined]
