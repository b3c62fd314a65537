"""What each run of the retention did."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class PassageConservation(models.Model):
    """One run: the numbers that it went by, and how much it erased, month by month. Append-only.

    `visites_avant`: visits before that day have grown old; the next run goes on from there.
    """

    jour = models.DateField()
    commence_le = models.DateTimeField("commencé le")
    fini_le = models.DateTimeField("fini le", default=timezone.now)
    a_blanc = models.BooleanField("à blanc", default=False)
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    seuils = models.JSONField()
    comptes = models.JSONField()
    visites_avant = models.DateField(null=True)
    erreurs = models.CharField(max_length=300, blank=True)  # parts that failed, and how; codes only

    class Meta:
        ordering = ("-id",)
        verbose_name = "passage de la conservation"
        verbose_name_plural = "passages de la conservation"

    def __str__(self) -> str:
        return f"Passage du {self.jour}"
