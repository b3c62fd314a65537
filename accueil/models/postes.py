"""What a shared desk needs to know: who is logged in where, and the short code that opens a lock."""

from django.conf import settings
from django.db import models
from django.utils import timezone

ESSAIS_MAX = 5  # wrong codes in a row; then the password


class CodeVerrou(models.Model):
    """The short code of a person, hashed. It opens a session of theirs that was locked, nothing else."""

    personne = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="code_verrou"
    )
    empreinte = models.CharField(max_length=128)
    essais = models.SmallIntegerField("essais manqués", default=0)
    choisi_le = models.DateTimeField("choisi le", default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(essais__range=(0, ESSAIS_MAX)), name="code_verrou_essais_bornes"
            ),
        ]

    def __str__(self) -> str:
        return f"Code de {self.personne_id}"


class SessionOuverte(models.Model):
    """A login of a person on a device, to be listed and closed by its owner.

    No address is kept: « Firefox, Windows » and the hour are enough to know one's own.
    """

    personne = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions_ouvertes"
    )
    cle = models.CharField(max_length=40, unique=True)
    appareil = models.CharField(max_length=60)
    ouverte_le = models.DateTimeField("ouverte le", default=timezone.now)

    class Meta:
        ordering = ("-ouverte_le",)

    def __str__(self) -> str:
        return f"{self.appareil}, {self.ouverte_le:%d/%m %H:%M}"
