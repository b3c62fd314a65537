"""The weekly digest: who asked for it, and up to which week it was sent."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class AbonnementResume(models.Model):
    """Somebody who wants last week's figures of the points they manage, each Monday; no row, no mail.

    `dernier_lundi`: the Monday that began the week of the latest mail. It only moves forward: moving it is
    how a run claims the mail.
    """

    personne = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="abonnement_resume"
    )
    depuis = models.DateTimeField(default=timezone.now)
    dernier_lundi = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(dernier_lundi__isnull=True) | models.Q(dernier_lundi__iso_week_day=1),
                name="abonnement_resume_un_lundi",
            ),
        ]

    def __str__(self) -> str:
        return f"Résumé de {self.personne_id}"
