"""Report an action once done, correct its report, cancel it with a reason, put it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Sum
from django.utils import timezone

from accueil.models import Utilisateur
from mediation.actions import ETALEES, Etat, Nature, ecrire, retard, verrou
from mediation.models import Action, Participation
from mediation.models.actions import NOMBRE_MAX
from mediation.propositions import rendre_caduque
from mediation.textes import verifier_texte

# What is counted: people met on the way, or participants, told apart by age and genre where known.
AUX_PASSAGES = frozenset({Nature.TOURNEE, Nature.PRESENCE, Nature.PERMANENCE, Nature.CAMPAGNE})
NOTEES = frozenset({Nature.ATELIER, Nature.FORMATION})  # where satisfaction is asked


class Satisfaction(models.TextChoices):
    TRES = "tres", "Très satisfaits"
    PLUTOT = "plutot", "Plutôt satisfaits"
    PEU = "peu", "Peu satisfaits"
    PAS = "pas", "Pas satisfaits"


@dataclass(frozen=True)
class CompteRendu:
    """What is told of an action once done.

    `passages`: people met, for the kinds in AUX_PASSAGES. `participations`: people by (age, genre),
    both coded, « nc » where unknown. `satisfaits`: answers by `Satisfaction`.
    """

    passages: int | None = None
    participations: Mapping[tuple[str, str], int] = field(default_factory=dict)
    satisfaits: Mapping[str, int] = field(default_factory=dict)
    observations: str = ""
    jour_fin: date | None = None

    @property
    def participants(self) -> int:
        return sum(self.participations.values())


def participants(action: Action) -> int:
    """People who took part, as a count: the same person twice is two."""
    return action.participations.aggregate(n=Sum("nombre"))["n"] or 0


def rapporter(acteur: Utilisateur, action: Action, version: int, rendu: CompteRendu) -> Action:
    """Report an action, or correct its report. `retard` keeps the days of the first report.

    Raises ValidationError when it has not taken place yet, is cancelled, or its counts don't hold;
    ModifieEntretemps when it was changed since `version`.
    """
    with verrou(acteur, action, version) as tenue:
        _verifier(tenue, rendu)
        colonnes = _colonnes(tenue, rendu)
        avant = {c: getattr(tenue, c) for c in colonnes} | {"participants": participants(tenue)}
        for colonne, valeur in colonnes.items():
            setattr(tenue, colonne, valeur)
        tenue.participations.all().delete()
        Participation.objects.bulk_create(
            Participation(action=tenue, tranche_age=age, genre=genre, nombre=nombre)
            for (age, genre), nombre in rendu.participations.items()
            if nombre
        )
        # Ages and genres stay out of the journal, which is never erased.
        acte = "rapporter" if avant["etat"] == Etat.PREVUE else "corriger"
        ecrire(acteur, tenue, acte, avant, colonnes | {"participants": rendu.participants})
    return tenue


def _colonnes(action: Action, rendu: CompteRendu) -> dict[str, Any]:
    colonnes: dict[str, Any] = {
        "etat": Etat.FAITE.value,
        "passages": rendu.passages,
        "satisfaits": {c: n for c, n in rendu.satisfaits.items() if n} or None,
        "observations": rendu.observations,
        "rapportee_le": action.rapportee_le or timezone.now(),
    }
    if action.nature in ETALEES:
        colonnes["jour_fin"] = rendu.jour_fin
    if action.etat == Etat.PREVUE:
        dernier_jour = colonnes.get("jour_fin", action.jour_fin) or action.jour
        colonnes["retard"] = retard(dernier_jour, action.point.aujourdhui())
    return colonnes


def _verifier(action: Action, rendu: CompteRendu) -> None:
    aujourdhui = action.point.aujourdhui()
    verifier_texte(rendu.observations, "observations")
    if action.etat == Etat.ANNULEE:
        raise ValidationError("Cette action est annulée\u202f: remettez-la d’abord au calendrier.")
    if action.jour > aujourdhui:
        raise ValidationError("Cette action n’a pas encore eu lieu.", code="futur")
    if rendu.jour_fin and rendu.jour_fin > aujourdhui:
        raise ValidationError({"jour_fin": "Ce jour n’est pas encore venu."}, code="futur")
    if rendu.jour_fin and rendu.jour_fin < action.jour:
        raise ValidationError({"jour_fin": "La fin précède le début."}, code="ordre")
    if rendu.participants > NOMBRE_MAX:
        raise ValidationError({"participants": f"{NOMBRE_MAX} personnes au plus."}, code="nombre")
    if sum(rendu.satisfaits.values()) > rendu.participants:
        raise ValidationError(
            "Il y a plus d’avis que de participants\u202f: vérifiez les deux nombres.", code="satisfaction"
        )
    if action.nature == Nature.PROJET:
        _verifier_etapes(action, Etat.PREVUE, "rapportez-les ou annulez-les avant le bilan")


def _verifier_etapes(projet: Action, etat: str, suite: str) -> None:
    """A project is not ended over the head of its steps."""
    restent = Action.objects.filter(projet=projet, etat=etat).count()
    if restent:
        mots = "étapes restent prévues" if restent > 1 else "étape reste prévue"
        if etat == Etat.FAITE:
            mots = "étapes sont faites" if restent > 1 else "étape est faite"
        raise ValidationError(f"{restent} {mots}\u202f: {suite}.", code="etapes")


def annuler(acteur: Utilisateur, action: Action, version: int, motif: str) -> Action:
    """Cancel an action, planned or reported by mistake, with its reason. Its row stays and counts no more."""
    with verrou(acteur, action, version) as tenue:
        motif = motif.strip()
        if not motif:
            raise ValidationError({"motif": "Dites pourquoi."}, code="motif")
        verifier_texte(motif, "motif")
        if tenue.etat == Etat.ANNULEE:
            raise ValidationError("Cette action est déjà annulée.", code="annulee")
        if tenue.nature == Nature.PROJET:
            _verifier_etapes(tenue, Etat.PREVUE, "annulez-les d’abord")
            _verifier_etapes(tenue, Etat.FAITE, "faites plutôt le bilan du projet")
        rendre_caduque(acteur, tenue)
        _passer(acteur, tenue, "annuler", Etat.ANNULEE, motif)
    return tenue


def remettre(acteur: Utilisateur, action: Action, version: int) -> Action:
    """Put a cancelled action back on the calendar, still to be reported."""
    with verrou(acteur, action, version) as tenue:
        if tenue.etat != Etat.ANNULEE:
            raise ValidationError("Cette action est déjà au calendrier.", code="prevue")
        if tenue.projet and tenue.projet.etat != Etat.PREVUE:
            raise ValidationError("Le projet de cette étape est terminé ou annulé.", code="projet")
        _passer(acteur, tenue, "remettre", Etat.PREVUE, "")
    return tenue


def _passer(acteur: Utilisateur, action: Action, acte: str, etat: Etat, motif: str) -> None:
    apres = {"etat": etat.value, "motif_annulation": motif, "rapportee_le": None, "retard": 0}
    avant = {c: getattr(action, c) for c in apres}
    for colonne, valeur in apres.items():
        setattr(action, colonne, valeur)
    ecrire(acteur, action, acte, avant, apres)
