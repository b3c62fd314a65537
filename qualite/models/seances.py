"""Practice-analysis sessions and team meetings: when, how, which points, who was there."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accueil.models import PointAccueil
from accueil.models.bases import Relu

DUREE_MIN, DUREE_MAX = 15, 600  # minutes


class SeanceQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Sessions of the points that someone may look at; who was there is another question."""
        points = PointAccueil.objects.visibles_par(utilisateur)
        return self.filter(pk__in=PointSeance.objects.filter(point__in=points).values("seance"))


class SeanceCollective(Relu):
    """One session; `point` is the one that noted it, `lieux` all those that took part, it among them."""

    class Nature(models.TextChoices):
        ANALYSE = "analyse", "analyse de la pratique"
        REUNION = "reunion", "réunion d’équipe"

    class Mode(models.TextChoices):
        SUR_PLACE = "sur_place", "sur place"
        AVEC_POINT = "avec_point", "avec un autre point"
        A_DISTANCE = "a_distance", "à distance"

    TEXTES_LIBRES: ClassVar[frozenset[str]] = frozenset({"animateur"})

    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="+", db_index=False)
    nature = models.CharField(max_length=7, choices=Nature)
    jour = models.DateField()
    duree = models.SmallIntegerField("durée, en minutes")
    mode = models.CharField(max_length=10, choices=Mode)
    animateur = models.CharField("qui l’anime, hors hiérarchie", max_length=120, blank=True)
    saisi_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    cree_le = models.DateTimeField(default=timezone.now)
    cle = models.UUIDField()

    objects = SeanceQuerySet.as_manager()

    class Meta:
        ordering = ("-jour", "-id")
        indexes = [models.Index(fields=["-jour", "-id"], name="seance_jour")]
        constraints = [
            models.UniqueConstraint(fields=["saisi_par", "cle"], name="seance_cle_unique"),
            models.CheckConstraint(
                condition=Q(duree__gte=DUREE_MIN, duree__lte=DUREE_MAX), name="seance_duree_bornee"
            ),
            models.CheckConstraint(
                condition=Q(mode__in=["sur_place", "avec_point", "a_distance"]), name="seance_mode_connu"
            ),
            models.CheckConstraint(
                condition=Q(nature="analyse") & ~Q(animateur="") | Q(nature="reunion", animateur=""),
                name="seance_analyse_animee",
                violation_error_message="Une analyse de la pratique a un animateur hors hiérarchie.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} du {self.jour}"


class PointSeance(models.Model):
    """A point that took part in a session; it counts there once someone of its team was noted present."""

    seance = models.ForeignKey(
        SeanceCollective, on_delete=models.CASCADE, related_name="lieux", db_index=False
    )
    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["seance", "point"], name="seance_point_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.seance_id} à {self.point_id}"


class PresenceSeance(models.Model):
    """Someone of a point's team who was there."""

    lieu = models.ForeignKey(PointSeance, on_delete=models.CASCADE, related_name="presences", db_index=False)
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lieu", "personne"], name="presence_seance_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.personne_id} à {self.lieu_id}"
