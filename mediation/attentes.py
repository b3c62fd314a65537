"""Waiting for a third party: dated, it suspends the reminders (MEO-3)."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from accueil.ecritures import integrite_lisible
from accueil.models import Partenaire, Utilisateur
from mediation.cycle_de_vie import ModifieEntretemps, exiger_actif, finir_attente, verrou
from mediation.models import Attente, Dossier
from pimms.socle.journal import journaliser

RELANCE_MAX = 180  # days: beyond, a wait hides a forgotten case


@dataclass(frozen=True)
class AttenteSaisie:
    """Whom one waits for, and the local day on which to remind them."""

    de: str
    relance_le: date
    partenaire: Partenaire | None = None

    def colonnes(self) -> dict:
        return {
            "de": self.de,
            "partenaire_id": self.partenaire.pk if self.partenaire else None,
            "relance_le": self.relance_le,
        }


def vue_de(attente: Attente | None) -> str:
    """What a person saw of the wait that runs: enough to tell that somebody changed it since."""
    return f"{attente.de}:{attente.partenaire_id}:{attente.relance_le}" if attente else ""


def attendre(acteur: Utilisateur, dossier: Dossier, saisie: AttenteSaisie, *, vue: str = "") -> Attente:
    """Begin to wait today, or put off the reminder of a wait that runs. Raises ValidationError.

    `vue` tells the wait that this person saw (ModifieEntretemps when it is another one by now).
    """
    with integrite_lisible(Attente), verrou(acteur, dossier) as tenu:
        exiger_actif(tenu)
        jour = tenu.point.aujourdhui()
        if not 0 < (saisie.relance_le - jour).days <= RELANCE_MAX:
            raise ValidationError(
                {"relance_le": f"Choisissez un jour à venir, dans les {RELANCE_MAX} jours."}, code="jour"
            )
        attente = Attente.objects.filter(dossier=tenu, fin__isnull=True).first()
        if attente and vue_de(attente) == vue_de(Attente(**saisie.colonnes())):
            return attente  # the same form sent twice
        if vue_de(attente) != vue:
            raise ModifieEntretemps
        attente = attente or Attente(dossier=tenu, point_id=tenu.point_id, debut=jour)
        for colonne, valeur in saisie.colonnes().items():
            setattr(attente, colonne, valeur)
        attente.save()
        journaliser(acteur, "attendre", attente, point_id=tenu.point_id, apres=saisie.colonnes())
    return attente


def reprendre(acteur: Utilisateur, dossier: Dossier, *, vue: str) -> None:
    """The wait that this person saw (`vue`) is over: reminders count from today. Without a wait, nothing
    happens; another one by now is left to run (ModifieEntretemps)."""
    with verrou(acteur, dossier) as tenu:
        attente = Attente.objects.filter(dossier=tenu, fin__isnull=True).first()
        if attente and vue_de(attente) != vue:
            raise ModifieEntretemps
        if finir_attente(tenu):
            journaliser(acteur, "reprendre", tenu, point_id=tenu.point_id)
