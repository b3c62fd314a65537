"""A requested export: its state lives here, so that losing Redis loses nothing."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class ExportQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """An export belongs to the person who asked for it."""
        return self.filter(demande_par=utilisateur)


class Export(models.Model):
    """A file made from a filter of the journal by a task; it is kept for `VIE` once ready."""

    VIE = timedelta(days=7)

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel (XLSX)"

    class Etat(models.TextChoices):
        DEMANDE = "demande", "en attente"
        EN_COURS = "en_cours", "en cours"
        PRET = "pret", "prêt"
        ECHEC = "echec", "en échec"

    FINIS = (Etat.PRET, Etat.ECHEC)

    demande_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exports"
    )
    demande_le = models.DateTimeField(default=timezone.now)
    point = models.ForeignKey(
        "accueil.PointAccueil", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    format = models.CharField(max_length=4, choices=Format)
    filtre = models.CharField(max_length=2000, blank=True)
    etat = models.CharField(max_length=8, choices=Etat, default=Etat.DEMANDE)
    pris_le = models.DateTimeField(null=True, blank=True)
    essais = models.PositiveSmallIntegerField(default=0)
    lignes = models.PositiveIntegerField(default=0)
    lignes_total = models.PositiveIntegerField(default=0)
    fichier = models.CharField(max_length=120, blank=True)
    fini_le = models.DateTimeField(null=True, blank=True)
    erreur = models.CharField(max_length=200, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(format__in=["csv", "xlsx"]), name="export_format_connu"),
            models.CheckConstraint(
                condition=Q(etat__in=["demande", "en_cours", "pret", "echec"]), name="export_etat_connu"
            ),
            models.CheckConstraint(
                condition=~Q(etat="pret") | ~Q(fichier=""), name="export_pret_avec_fichier"
            ),
        ]

    def __str__(self) -> str:
        return f"Export {self.pk} ({self.get_etat_display()})"

    @property
    def fini(self) -> bool:
        return self.etat in self.FINIS

    @property
    def expire_le(self) -> datetime | None:
        """When the file of a ready export is deleted."""
        return self.fini_le + self.VIE if self.fini_le and self.etat == self.Etat.PRET else None

    @property
    def expire(self) -> bool:
        return self.expire_le is not None and self.expire_le <= timezone.now()

    @property
    def telechargeable(self) -> bool:
        return self.etat == self.Etat.PRET and not self.expire
