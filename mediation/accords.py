"""What the parties commit themselves to in an agreement, until when, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from accueil.models import Utilisateur
from mediation.cycle_de_vie import ModifieEntretemps, ajouter, exiger_actif, verifier_jour, verrou
from mediation.models import Engagement, Etape, Partie
from pimms.socle.journal import MODIFIE, journaliser

ENGAGEMENTS_MAX = 12  # of one agreement


@dataclass(frozen=True)
class EngagementSaisi:
    """A commitment as typed; `numero` is that of one already recorded."""

    partie: Partie
    texte: str
    echeance: date
    numero: int | None = None


def verifier_engagements(
    engagements: Sequence[EngagementSaisi], jour: date, presents: Sequence[int], etape: Etape | None = None
) -> None:
    """Refuse an agreement without commitment, or a commitment of someone absent or due in the past."""
    nouveaux = [e for e in engagements if e.numero is None]
    connus = set(etape.engagements.values_list("numero", flat=True)) if etape else set()
    gardes = len(connus)
    if any(e.numero is not None and e.numero not in connus for e in engagements):
        raise ValidationError(
            {"engagements": "Un de ces engagements n’est pas de cette étape\u202f: rouvrez-la."},
            code="engagements",
        )
    if not nouveaux and not gardes:
        raise ValidationError(
            {"engagements": "Écrivez au moins un engagement\u202f: qui fait quoi, pour quand."},
            code="engagements",
        )
    if len(nouveaux) + gardes > ENGAGEMENTS_MAX:
        raise ValidationError({"engagements": f"Un accord porte au plus {ENGAGEMENTS_MAX} engagements."})
    for engagement in engagements:
        if engagement.partie.pk not in presents or not engagement.partie.principale:
            raise ValidationError(
                {"engagements": f"{engagement.partie} ne participe pas à cet accord\u202f: cochez-la."}
            )
        if engagement.echeance < jour:
            raise ValidationError({"engagements": "Une échéance ne précède pas l’accord."}, code="ordre")
    if etape:
        absents = etape.engagements.exclude(partie__in=presents).select_related("partie").first()
        if absents:
            raise ValidationError({"parties": f"{absents.partie} s’est engagée dans cet accord."})


def enregistrer_engagements(acteur: Utilisateur, etape: Etape, engagements: Sequence[EngagementSaisi]) -> int:
    """Write the commitments of an agreement, inside the case's lock; returns how many were written.

    One whose outcome is known stays as it was recorded.
    """
    existants = {e.numero: e for e in etape.engagements.all()}
    ecrits = 0
    for saisi in engagements:
        if saisi.numero is None:
            engagement = Engagement(
                dossier=etape.dossier, etape=etape, partie=saisi.partie, echeance=saisi.echeance
            )
            ajouter(engagement, {"texte": saisi.texte})
            ecrits += 1
            continue
        engagement = existants[saisi.numero]
        engagement.dossier = etape.dossier
        avant = (engagement.partie_id, engagement.echeance, engagement.valeurs().get("texte"))
        if engagement.suite or avant == (saisi.partie.pk, saisi.echeance, saisi.texte):
            continue
        engagement.partie, engagement.echeance = saisi.partie, saisi.echeance
        engagement.sceller({"texte": saisi.texte})
        engagement.save(update_fields=["partie", "echeance", "scelle"])
        journaliser(
            acteur,
            "modifier",
            engagement,
            point_id=etape.point_id,
            avant={"partie": avant[0], "echeance": avant[1]},
            apres={"partie": saisi.partie.pk, "echeance": saisi.echeance, "texte": MODIFIE},
        )
        ecrits += 1
    return ecrits


def lacher_engagements(acteur: Utilisateur, etape: Etape) -> None:
    """The commitments of a cancelled agreement have no object any more."""
    for engagement in etape.engagements.filter(suite=""):
        _ecrire_suite(acteur, engagement, Engagement.Suite.SANS_OBJET, etape.dossier.point.aujourdhui())


def _ecrire_suite(acteur: Utilisateur, engagement: Engagement, suite: str, jour: date) -> None:
    avant = {"suite": engagement.suite, "constate_le": engagement.constate_le}
    engagement.suite, engagement.constate_le, engagement.constate_par = suite, jour, acteur
    engagement.save(update_fields=["suite", "constate_le", "constate_par"])
    journaliser(
        acteur,
        "constater",
        engagement,
        point_id=engagement.point_id,
        avant=avant,
        apres={"suite": suite, "constate_le": jour},
    )


def constater(acteur: Utilisateur, engagement: Engagement, suite: str, jour: date, *, vue: str = "") -> None:
    """Record whether a commitment was kept; `vue` is the outcome that this person saw.

    Raises ModifieEntretemps when someone recorded another one since, ValidationError for a day before
    the agreement or to come.
    """
    with verrou(acteur, engagement.dossier) as tenu:
        actuel = Engagement.objects.select_related("etape").get(dossier=tenu, pk=engagement.pk)
        actuel.dossier = tenu
        if (actuel.suite, actuel.constate_le) == (suite, jour):
            return
        if actuel.suite != vue:
            raise ModifieEntretemps
        exiger_actif(tenu)
        if actuel.etape.annulee_le:
            raise ValidationError("Cet accord est annulé.", code="annulee")
        verifier_jour(tenu, jour)
        if jour < actuel.etape.jour:
            raise ValidationError({"jour": "L’accord est postérieur à ce jour."}, code="ordre")
        _ecrire_suite(acteur, actuel, suite, jour)
