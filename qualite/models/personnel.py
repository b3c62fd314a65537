"""What is held of people in post: qualification, trainings, tutoring.

Each row belongs to the point where it was noted, and is read in that point's association only.
"""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accueil.models import PointAccueil
from accueil.models.bases import Periode, PeriodeQuerySet, Relu, exclusion, fin_apres_debut

HEURES_MIN, HEURES_MAX = Decimal("0.5"), Decimal(400)


class NotePersonne(Relu):
    """A row about someone in post, noted at a point; `cle` is the browser's: sent twice, it is one."""

    TEXTES_LIBRES: ClassVar[frozenset[str]] = frozenset()  # « modifié » in the journal

    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="+", db_index=False)
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saisi_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    cree_le = models.DateTimeField(default=timezone.now)
    cle = models.UUIDField()

    class Meta:
        abstract = True

    def colonnes_saisies(self) -> list[str]:
        """Columns that a form fills: neither the row's own nor who confirmed it."""
        autres = {"id", "saisi_par_id", "cree_le", "cle", "confirmee_par_id", "confirmee_le"}
        return [f.attname for f in self._meta.concrete_fields if f.attname not in autres]


class Qualification(NotePersonne):
    """A diploma, a title, an initial training, held since a day; or a path under way, with its end."""

    class Nature(models.TextChoices):
        DIPLOME = "diplome", "diplôme"
        TITRE = "titre", "titre professionnel"
        INITIALE = "initiale", "formation initiale au métier"
        PARCOURS = "parcours", "parcours engagé"

    TEXTES_LIBRES = frozenset({"intitule"})

    nature = models.CharField(max_length=8, choices=Nature)
    intitule = models.CharField("intitulé", max_length=120)
    debut = models.DateField("depuis le")
    fin_prevue = models.DateField("fin prévue le", null=True, blank=True)

    class Meta:
        ordering = ("-debut", "-id")
        constraints = [
            models.UniqueConstraint(fields=["saisi_par", "cle"], name="qualification_cle_unique"),
            models.CheckConstraint(
                condition=Q(nature="parcours", fin_prevue__isnull=False, fin_prevue__gte=F("debut"))
                | Q(nature__in=["diplome", "titre", "initiale"], fin_prevue__isnull=True),
                name="qualification_fin_du_parcours",
                violation_error_message="Un parcours engagé, et lui seul, a une fin prévue, après son début.",
            ),
        ]

    def __str__(self) -> str:
        return self.intitule


class FormationSuivie(NotePersonne):
    """A training that was followed; it counts once someone who looks after the team has confirmed it."""

    TEXTES_LIBRES = frozenset({"titre", "organisme"})

    titre = models.CharField(max_length=120)
    organisme = models.CharField(max_length=120, blank=True)
    debut = models.DateField("premier jour")
    fin = models.DateField("dernier jour")
    heures = models.DecimalField(max_digits=4, decimal_places=1)
    confirmee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    confirmee_le = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-fin", "-id")
        constraints = [
            models.UniqueConstraint(fields=["saisi_par", "cle"], name="formation_cle_unique"),
            fin_apres_debut("formation_fin_apres_debut"),
            models.CheckConstraint(
                condition=Q(heures__gte=HEURES_MIN, heures__lte=HEURES_MAX), name="formation_heures_bornees"
            ),
            models.CheckConstraint(
                condition=Q(confirmee_par__isnull=True, confirmee_le__isnull=True)
                | Q(confirmee_par__isnull=False, confirmee_le__isnull=False)
                & ~Q(confirmee_par=F("personne")),
                name="formation_confirmee_par_autrui",
                violation_error_message="Nul ne confirme sa propre formation.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def confirmee(self) -> bool:
        return self.confirmee_le is not None


class Tutorat(NotePersonne, Periode):
    """Someone tutors someone from a day to another: a colleague, or a point that sees to it."""

    tuteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    point_tuteur = models.ForeignKey(
        PointAccueil, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = PeriodeQuerySet.as_manager()

    class Meta:
        ordering = ("-debut", "-id")
        constraints = [
            models.UniqueConstraint(fields=["saisi_par", "cle"], name="tutorat_cle_unique"),
            fin_apres_debut("tutorat_fin_apres_debut"),
            models.CheckConstraint(
                condition=Q(tuteur__isnull=False, point_tuteur__isnull=True) & ~Q(tuteur=F("personne"))
                | Q(tuteur__isnull=True, point_tuteur__isnull=False) & ~Q(point_tuteur=F("point")),
                name="tutorat_par_autrui",
                violation_error_message="Le tuteur est quelqu’un d’autre, ou un autre point.",
            ),
            # At one point: a refusal must not tell what another employer noted.
            ExclusionConstraint(
                name="tutorat_un_seul_a_la_fois",
                expressions=exclusion("personne_id", "point_id"),
                violation_error_message="Un tutorat couvre déjà une partie de ces jours.",
            ),
        ]

    def __str__(self) -> str:
        return f"Tutorat depuis le {self.debut}"
