"""What people decide about a requirement for a subject, apart from what the rules say of it.

The progress of work is an axis of its own, that never looks like conformity; « sans objet » takes a
requirement away from a subject, with its justification. Both are append-only: the latest row counts.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from qualite.models.constats import SurSujet, du_niveau
from qualite.models.referentiel import Niveau


class DecisionQuerySet(models.QuerySet):
    def au_sujet(self, point):
        """Decisions about a point, its association and the network."""
        return self.filter(Q(point=point) | Q(association=point.association_id) | Q(niveau=Niveau.RESEAU))


class Decision(SurSujet):
    """Who decided it, and when (UTC)."""

    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    le = models.DateTimeField(default=timezone.now)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        abstract = True


class Avancement(models.TextChoices):
    """How far the work on a requirement has gone; says nothing of its verdict."""

    A_FAIRE = "a_faire", "à faire"
    EN_COURS = "en_cours", "en cours"
    VALIDE = "valide", "validé"


class Travail(Decision):
    """Where the work on a requirement stands for a subject, as who looks after it said."""

    avancement = models.CharField(max_length=8, choices=Avancement)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["point", "association", "code"], name="travail_sujet")]
        constraints = [
            models.CheckConstraint(
                condition=Q(avancement__in=Avancement.values), name="travail_avancement_connu"
            ),
            du_niveau("travail_du_niveau"),
        ]

    def __str__(self) -> str:
        return f"{self.code} : {self.get_avancement_display()}"


class SansObjet(Decision):
    """The union takes a requirement away from a subject, with a justification; or gives it back.

    The justification stays in clear: rules quote it.
    """

    leve = models.BooleanField(default=False)
    motif = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(leve=True) | ~Q(motif=""), name="sans_objet_justifie"),
            du_niveau("sans_objet_du_niveau"),
        ]

    def __str__(self) -> str:
        return f"{self.code} : {'de nouveau due' if self.leve else 'sans objet'}"
