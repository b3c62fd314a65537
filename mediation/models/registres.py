"""Proposals to tag an entry with another register, with their trace."""

from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accueil.models import Demande
from accueil.registres import CHOIX as REGISTRES
from mediation.models.actions import Action
from mediation.models.bases import DuPoint, connu, fini_si_date
from mediation.models.dossiers import Dossier
from mediation.models.etapes import Etape


class MotifPropositionRegistre(models.TextChoices):
    DEFINITION = "definition", "La définition d’un autre registre convient mieux"
    CONTENU = "contenu", "Ce qui a été fait relève d’un autre registre"
    ERREUR = "erreur", "Erreur de saisie"


class DecisionPropositionRegistre(models.TextChoices):
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"
    CADUQUE = "caduque", "Devenue sans objet"


OBJETS = ("dossier", "etape", "action", "demande")


def _seul(objet: str) -> Q:
    """The proposal is about this kind of entry and no other."""
    return Q(**{f"{autre}__isnull": autre != objet for autre in OBJETS})


class PropositionRegistre(DuPoint):
    """A manager proposes another register; the author decides. One's own change is decided at once.

    `tardive`: proposed, and once accepted changed, more than 30 days after the entry. A proposal whose
    entry is cancelled is « caduque ». Reasons are coded, so that no text is kept.
    """

    Motif = MotifPropositionRegistre
    Decision = DecisionPropositionRegistre

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="propositions")
    etape = models.ForeignKey(Etape, on_delete=models.PROTECT, null=True, related_name="propositions")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, null=True, related_name="propositions")
    demande = models.ForeignKey(Demande, on_delete=models.PROTECT, null=True, related_name="propositions")
    registre_de = models.SmallIntegerField(choices=REGISTRES, null=True)
    registre_vers = models.SmallIntegerField(choices=REGISTRES)
    motif = models.CharField(max_length=12, choices=Motif)
    tardive = models.BooleanField(default=False)
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    le = models.DateTimeField(default=timezone.now)
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    decide_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decide_le = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["point"], name="proposition_due", condition=Q(decision=""))]
        constraints = [
            models.CheckConstraint(
                condition=reduce(or_, (_seul(objet) for objet in OBJETS)),
                name="proposition_d_un_seul_objet",
            ),
            models.CheckConstraint(
                condition=Q(registre_vers__range=(1, 8))
                & (
                    Q(registre_de__isnull=True)
                    | Q(registre_de__range=(1, 8)) & ~Q(registre_de=F("registre_vers"))
                ),
                name="proposition_registre_autre",
            ),
            connu("motif", MotifPropositionRegistre, "proposition_motif_connu"),
            connu("decision", DecisionPropositionRegistre, "proposition_decision_connue", vide=True),
            fini_si_date("decision", "decide_le", "proposition_decision_datee"),
            *(
                models.UniqueConstraint(
                    fields=[objet], condition=Q(decision=""), name=f"proposition_une_seule_{objet}"
                )
                for objet in OBJETS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registre_de} → {self.registre_vers}"
