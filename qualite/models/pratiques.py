"""Good practices: what worked somewhere, told to every point."""

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone

from qualite.models.actions import TEXTE_MAX, ActionCorrective


class BonnePratique(models.Model):
    """What worked somewhere, told to every point by the union; withdrawn, never changed.

    `action`: the closed action it comes from, if any.
    """

    titre = models.CharField(max_length=120)
    texte = models.TextField(validators=[MaxLengthValidator(TEXTE_MAX)])
    exigence = models.CharField(max_length=12, blank=True)
    action = models.ForeignKey(
        ActionCorrective, on_delete=models.PROTECT, null=True, blank=True, related_name="pratiques"
    )
    publiee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    publiee_le = models.DateTimeField(default=timezone.now)
    retiree_le = models.DateTimeField(null=True, blank=True)
    cle = models.UUIDField()

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["publiee_par", "cle"], name="pratique_cle_unique")]

    def __str__(self) -> str:
        return self.titre
