"""What belongs to a campaign: its draws, its sample, who is invited to audit, the audit plan."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accueil.models import Acces, PointAccueil
from qualite.models.campagnes import TEXTE_MAX, Campagne


class Tirage(models.Model):
    """A draw with all that it was made from: seed, entry, result. Append-only; the latest one counts."""

    campagne = models.ForeignKey(Campagne, on_delete=models.PROTECT, related_name="tirages")
    graine = models.CharField(max_length=120)
    entree = models.JSONField()
    resultat = models.JSONField()
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    le = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=~Q(graine=""), name="tirage_a_une_graine"),
        ]

    def __str__(self) -> str:
        return f"Tirage du {self.le:%d/%m/%Y}"


class PointCampagne(models.Model):
    """A point of the sample, why it is there, and its self-evaluation once handed in.

    `remarque`: what the point says with it, in clear; it names nobody.
    """

    class Origine(models.TextChoices):
        ALEATOIRE = "aleatoire", "tiré au sort"
        CIBLE = "cible", "choisi par le tirage"
        CERTIFICATEUR = "certificateur", "choisi par le certificateur"
        SUR_PLACE = "sur_place", "ajouté pendant l’audit"
        UNION = "union", "ajouté par l’union"

    campagne = models.ForeignKey(Campagne, on_delete=models.PROTECT, related_name="points", db_index=False)
    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="+")
    origine = models.CharField(max_length=14, choices=Origine)
    explication = models.CharField(max_length=300)
    remarque = models.TextField(blank=True, validators=[MaxLengthValidator(TEXTE_MAX)])
    remise_le = models.DateTimeField(null=True, blank=True)
    remise_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["campagne", "point"],
                name="point_campagne_une_fois",
                violation_error_message="Ce point est déjà dans l’échantillon.",
            ),
            models.CheckConstraint(
                condition=Q(origine__in=["aleatoire", "cible", "certificateur", "sur_place", "union"])
                & ~Q(explication=""),
                name="point_campagne_explique",
            ),
            models.CheckConstraint(
                condition=Q(remise_le__isnull=True, remise_par__isnull=True, remarque="")
                | Q(remise_le__isnull=False, remise_par__isnull=False),
                name="point_campagne_remis_par_quelqu_un",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point} — {self.get_origine_display()}"


class AccesCampagne(models.Model):
    """An invitation to audit: the dated row of `accueil` that a campaign wrote. Its scope is that row's."""

    campagne = models.ForeignKey(Campagne, on_delete=models.PROTECT, related_name="invitations")
    acces = models.OneToOneField(Acces, on_delete=models.CASCADE, related_name="campagne_auditee")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"Accès {self.acces_id} à la campagne {self.campagne_id}"


class JourneeAudit(models.Model):
    """A day of the audit plan at a site (None: the central function), with whom one will talk (functions)."""

    campagne = models.ForeignKey(Campagne, on_delete=models.PROTECT, related_name="journees")
    jour = models.DateField("jour")
    point = models.ForeignKey(
        PointAccueil, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    objet = models.CharField("ce qui est regardé", max_length=200)
    entretiens = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    class Meta:
        ordering = ("jour", "id")
        constraints = [
            models.CheckConstraint(condition=~Q(objet=""), name="journee_audit_a_un_objet"),
            models.UniqueConstraint(
                fields=["campagne", "jour", "point", "objet"],
                name="journee_audit_une_fois",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point or 'Fonction centrale'} le {self.jour:%d/%m/%Y}"
