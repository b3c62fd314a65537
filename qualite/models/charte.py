"""The charter's versions, who attested which, the PDF of each attestation, the reminders sent.

All four tables are only added to: what was published, attested or said is never rewritten.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone


class CharteQuerySet(models.QuerySet):
    def en_vigueur(self, jour):
        """The version in force on a day, first of the result: the latest to have begun."""
        return self.filter(en_vigueur_le__lte=jour).order_by("-en_vigueur_le")


class Charte(models.Model):
    """One version of the charter; in force from a day until the next version's.

    `empreinte` is the sha256 of `texte` in UTF-8.
    """

    numero = models.SmallIntegerField("numéro", unique=True)
    texte = models.TextField()
    empreinte = models.CharField(max_length=64)
    changements = models.CharField("ce qui change", max_length=300, blank=True)
    en_vigueur_le = models.DateField("en vigueur à partir du", unique=True)
    publiee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    publiee_le = models.DateTimeField("publiée le", default=timezone.now)
    cle = models.UUIDField(unique=True)

    objects = CharteQuerySet.as_manager()

    class Meta:
        ordering = ("-en_vigueur_le",)
        constraints = [
            models.CheckConstraint(condition=Q(numero__gte=1), name="charte_numero_positif"),
            models.CheckConstraint(condition=~Q(texte=""), name="charte_non_vide"),
        ]

    def __str__(self) -> str:
        return f"Charte, version {self.numero}"


class Attestation(models.Model):
    """A person read a version of the charter and attested it, after giving their password again.

    `jour` is the local day at the person's point, `empreinte` that of the text as it was shown.
    `employeurs`: keys of the associations where the person was in post on that day.
    """

    charte = models.ForeignKey(Charte, on_delete=models.PROTECT, related_name="attestations")
    personne = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attestations"
    )
    jour = models.DateField()
    le = models.DateTimeField(default=timezone.now)
    empreinte = models.CharField(max_length=64)
    employeurs = ArrayField(models.BigIntegerField(), default=list)
    cle = models.UUIDField()

    class Meta:
        ordering = ("-jour", "-id")
        constraints = [
            models.UniqueConstraint(fields=["personne", "cle"], name="attestation_cle_unique"),
            models.UniqueConstraint(fields=["personne", "jour", "charte"], name="attestation_une_par_jour"),
        ]

    def __str__(self) -> str:
        return f"Attestation {self.pk} du {self.jour}"


class AttestationPdf(models.Model):
    """The PDF of an attestation, made once by a task; `empreinte` is the sha256 of its bytes."""

    attestation = models.OneToOneField(
        Attestation, on_delete=models.PROTECT, primary_key=True, related_name="pdf"
    )
    octets = models.BinaryField()
    empreinte = models.CharField(max_length=64)
    produit_le = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"PDF de l’attestation {self.attestation_id}"


class RappelAttestation(models.Model):
    """A reminder sent to someone, so many days before a deadline; its key makes it unique."""

    personne = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    echeance = models.DateField()
    palier = models.SmallIntegerField()  # days: 30, 7 or 1
    le = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["personne", "echeance", "palier"], name="rappel_une_fois"),
        ]

    def __str__(self) -> str:
        return f"Rappel à {self.palier} jours du {self.echeance}"
