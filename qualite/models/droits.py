"""Requests of persons about their data (RGPD, art. 15 to 21), answered within a month (DEO-4)."""

from django.db import models

from mediation.models.bases import connu
from qualite.models.ecrits import Saisine, SaisineQuerySet, contraintes


class DroitDemande(models.TextChoices):
    ACCES = "acces", "Accès\u202f: voir ce qui est conservé"
    RECTIFICATION = "rectification", "Rectification\u202f: corriger"
    EFFACEMENT = "effacement", "Effacement"
    OPPOSITION = "opposition", "Opposition\u202f: ne plus conserver"


class IssueDemande(models.TextChoices):
    SATISFAITE = "satisfaite", "Satisfaite"
    EN_PARTIE = "en_partie", "Satisfaite en partie"
    REFUSEE = "refusee", "Refusée, avec le motif et les recours"
    RIEN = "rien", "Rien n’était conservé"


class DemandeDroits(Saisine):
    """A request. `scelle`: `personne` (who asks, how to reach them), `texte`, `reponse`, `motif`."""

    Droit = DroitDemande
    Issue = IssueDemande

    droit = models.CharField(max_length=14, choices=Droit)
    issue = models.CharField(max_length=12, choices=Issue, blank=True)

    objects = SaisineQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name = "demande sur des données"
        verbose_name_plural = "demandes sur des données"
        indexes = [models.Index(fields=["point", "-id"], name="demandedroits_point")]
        constraints = [
            *contraintes("demandedroits", IssueDemande),
            connu("droit", DroitDemande, "demandedroits_droit_connu"),
        ]

    def __str__(self) -> str:
        return f"Demande {self.pk}"
