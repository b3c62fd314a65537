"""A corrective action on its way: its due date moved, its state changed along the table of moves."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from accueil.models import Utilisateur
from mediation.textes import verifier_texte
from pimms.socle.typographie import date_courte
from qualite import courriels_actions, droits_actions
from qualite.actions import PAS_PERMIS, Nature, ecrire, exiger_ouverte, raconter, verifier_echeance, verrou
from qualite.etats_action import EN_TRAVAIL, PAR_PAIRE, EtatAction, Transition
from qualite.models import ActionCorrective


def reporter(
    acteur: Utilisateur, action: ActionCorrective, version: int, echeance: date, motif: str
) -> ActionCorrective:
    """Move the due date of an open action, with a reason; the first one stays beside it."""
    with verrou(acteur, action, version) as tenue:
        exiger_ouverte(tenue)
        if not droits_actions.tient(acteur.portee, tenue):
            raise ValidationError(PAS_PERMIS)
        if echeance == tenue.echeance:
            raise ValidationError({"echeance": "C’est déjà l’échéance."})
        _reporter(acteur, tenue, echeance, motif)
    return tenue


def _reporter(acteur: Utilisateur, action: ActionCorrective, echeance: date, motif: str) -> None:
    motif = _motif(motif, "Dites pourquoi l’échéance change.")
    verifier_echeance(echeance, action.aujourdhui())
    ancienne = action.echeance
    avant, apres = ecrire(action, {"echeance": echeance})
    raconter(
        acteur,
        action,
        Nature.REPORT,
        avant=avant,
        apres=apres,
        echeance_avant=ancienne,
        echeance=echeance,
        motif=motif,
    )


def _motif(motif: str, message: str) -> str:
    if not motif.strip():
        raise ValidationError({"motif": message}, code="motif")
    verifier_texte(motif, "motif")
    return motif.strip()


def avancer(
    acteur: Utilisateur,
    action: ActionCorrective,
    version: int,
    vers: str,
    *,
    motif: str = "",
    jour: date | None = None,
    echeance: date | None = None,
) -> ActionCorrective:
    """Move an action along one transition.

    `jour`: when it was done, or verified. `motif`: why, or what the verification found. `echeance`: the
    new due date when the work begins again.
    """
    with verrou(acteur, action, version) as tenue:
        transition = _transition(acteur, tenue, vers)
        if transition.motif:
            motif = _motif(motif, "Dites ce que vous constatez." if transition.jour else "Dites pourquoi.")
        _verifier_jour(tenue, transition, jour)
        avant, apres = ecrire(tenue, {"etat": vers} | _suites(acteur, tenue, vers, jour))
        pas: dict[str, Any] = {"de": transition.de, "vers": vers, "motif": motif, "jour": jour}
        raconter(acteur, tenue, Nature.ETAT, avant=avant, apres=apres, **pas)
        if transition.revient:
            _reprendre(acteur, tenue, echeance, motif)
        if vers == EtatAction.REALISEE:
            courriels_actions.demander_verification(acteur, tenue)
    return tenue


def _transition(acteur: Utilisateur, action: ActionCorrective, vers: str) -> Transition:
    """The move asked for, checked: it is in the table, and this person may make it."""
    transition = PAR_PAIRE.get((action.etat, vers))
    if transition is None:
        de = action.get_etat_display()
        raise ValidationError(
            f"Une action ne passe pas de «\u202f{de}\u202f» à «\u202f{EtatAction(vers).label}\u202f».",
            code="transition",
        )
    if transition not in droits_actions.permises(acteur, action):
        raise ValidationError(PAS_PERMIS, code="droit")
    return transition


def _verifier_jour(action: ActionCorrective, transition: Transition, jour: date | None) -> None:
    if not transition.jour:
        return
    if jour is None:
        raise ValidationError({"jour": "Dites quel jour."})
    if jour > action.aujourdhui():
        raise ValidationError({"jour": "Ce jour n’est pas encore venu."}, code="futur")
    if action.etat in EN_TRAVAIL:
        if jour < action.ouverte_le:
            raise ValidationError({"jour": "L’action est ouverte depuis moins longtemps."}, code="ordre")
        if not (action.cause and action.mesure):
            raise ValidationError(
                "Dites d’abord la cause et l’action corrective\u202f: «\u202fModifier\u202f».", code="cause"
            )
    elif action.realisee_le and jour <= action.realisee_le:
        faite = f"Réalisée le {date_courte(action.realisee_le)}"
        message = f"{faite}\u202f: son effet se vérifie un autre jour, plus tard."
        raise ValidationError({"jour": message}, code="ordre")


def _suites(acteur: Utilisateur, action: ActionCorrective, vers: str, jour: date | None) -> dict[str, Any]:
    """The columns that go with a state."""
    if vers == EtatAction.REALISEE:
        return {"realisee_le": jour, "realisee_par": acteur}
    if vers in (EtatAction.EFFICACE, EtatAction.INEFFICACE):
        return {"verifiee_le": jour, "verifiee_par": acteur}
    if vers == EtatAction.CLOSE:
        return {"close_le": action.aujourdhui()}
    if action.realisee_le is None:
        return {}
    vides = ("realisee_le", "realisee_par", "verifiee_le", "verifiee_par", "close_le")
    return dict.fromkeys(vides)


def _reprendre(acteur: Utilisateur, action: ActionCorrective, echeance: date | None, motif: str) -> None:
    """A work that begins again is not late from its first day: a due date that has passed is moved."""
    if echeance and echeance != action.echeance:
        _reporter(acteur, action, echeance, motif)
    elif action.echeance < action.aujourdhui():
        raise ValidationError({"echeance": "L’échéance est passée\u202f: choisissez-en une autre."})
