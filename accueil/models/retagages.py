"""Registers that a correction changed: each one leaves a row, late ones are marked."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accueil.models.points import PointAccueil
from accueil.models.visites import Visite
from accueil.registres import CHOIX as REGISTRES


class ChangementRegistre(models.Model):
    """A request given another register (or one at all, or none) after the day of its entry, or by somebody
    else than the visit's author; append-only.

    `tardif`: more than 30 days after the entry, as for cases, steps and actions.
    """

    visite = models.ForeignKey(Visite, on_delete=models.PROTECT, related_name="changements_registre")
    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="+", db_index=False)
    registre_de = models.SmallIntegerField(choices=REGISTRES, null=True)
    registre_vers = models.SmallIntegerField(choices=REGISTRES, null=True)
    le = models.DateTimeField(default=timezone.now)
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    tardif = models.BooleanField()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["point", "le"], name="changement_registre_point")]
        constraints = [
            models.CheckConstraint(
                condition=Q(registre_de__isnull=True, registre_vers__range=(1, 8))
                | Q(registre_vers__isnull=True, registre_de__range=(1, 8))
                | Q(registre_de__range=(1, 8), registre_vers__range=(1, 8))
                & ~Q(registre_de=F("registre_vers")),
                name="changement_registre_autre",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registre_de} → {self.registre_vers}"
