"""Satisfaction: a point's open questionnaire, the answers, the few words that some leave.

Nothing tells who answered: no account, no address, no exact time. Answers are only added to; a comment
is sealed, apart from its answer, so that it can be erased without the answer.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from mediation.models.bases import DuPoint
from pimms.socle.models import CleDonnees


class Questionnaire(DuPoint):
    """The way in to a point's question: a token, until it is closed or renewed; one living a point.

    The token stands in clear: it hangs on a poster, has to be printed again, and opens nothing but the
    right to leave an answer.
    """

    jeton = models.CharField(max_length=16, unique=True)
    coffre = models.ForeignKey(CleDonnees, on_delete=models.PROTECT, related_name="+", db_index=False)
    ouvert_le = models.DateTimeField(default=timezone.now)
    ouvert_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ferme_le = models.DateTimeField(null=True, blank=True)
    ferme_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["point"],
                condition=Q(ferme_le__isnull=True),
                name="questionnaire_un_par_point",
                violation_error_message="Un questionnaire est déjà ouvert ici.",
            ),
            # An answer belongs to the point of its questionnaire: a foreign key on both (migration).
            models.UniqueConstraint(fields=["id", "point"], name="questionnaire_id_point"),
        ]

    def __str__(self) -> str:
        return f"Questionnaire {self.pk}"


class Visage(models.IntegerChoices):
    """The four faces, with their words; the two best ones count as satisfied."""

    TRES_BIEN = 4, "Très bien"
    BIEN = 3, "Plutôt bien"
    MAL = 2, "Plutôt mal"
    TRES_MAL = 1, "Très mal"


SATISFAITS = (Visage.TRES_BIEN, Visage.BIEN)


class Avis(DuPoint):
    """One answer, at a local day and hour. `cle` is the browser's key of that answer."""

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="avis", db_index=False
    )
    cle = models.UUIDField(unique=True)
    jour = models.DateField()
    heure = models.SmallIntegerField()
    visage = models.SmallIntegerField(choices=Visage)

    class Meta:
        ordering = ("-jour", "-id")
        verbose_name_plural = "avis"
        # Answers are counted by face from the index alone.
        indexes = [models.Index(fields=["point", "jour"], include=["visage"], name="avis_par_visage")]
        constraints = [
            models.UniqueConstraint(fields=["id", "point"], name="avis_id_point"),
            models.CheckConstraint(condition=Q(visage__range=(1, 4)), name="avis_visage_connu"),
            models.CheckConstraint(condition=Q(heure__range=(0, 23)), name="avis_heure"),
        ]

    def __str__(self) -> str:
        return f"Avis du {self.jour}"


class CommentaireQuerySet(models.QuerySet):
    def lisibles_par(self, utilisateur):
        """Free text is for those who work at that very point: neither union nor direction."""
        return self.filter(point__in=utilisateur.portee.points_de_role)


class CommentaireAvis(DuPoint):
    """What someone added to their answer, sealed by the questionnaire's key."""

    avis = models.OneToOneField(Avis, on_delete=models.PROTECT, primary_key=True, related_name="commentaire")
    scelle = models.BinaryField()

    objects = CommentaireQuerySet.as_manager()

    class Meta:
        ordering = ("-avis",)
        indexes = [models.Index(fields=["point", "-avis"], name="commentaire_point")]

    def __str__(self) -> str:
        return f"Commentaire de l’avis {self.pk}"

    @property
    def usage(self) -> str:
        """What the sealed text is bound to."""
        return f"avis:{self.avis.cle}"
