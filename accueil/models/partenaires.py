"""Partners with their conventions, and the themes of requests."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accueil.models.bases import Periode, PeriodeQuerySet, Relu, exclusion, fin_apres_debut
from accueil.models.points import Association
from pimms.socle.textes import cle_tri


class PartenaireQuerySet(models.QuerySet):
    def utilisables(self, association_id: int):
        """Partners a point of this association may choose today: national ones and its own."""
        return self.filter(
            Q(association__isnull=True) | Q(association_id=association_id), retire_le__isnull=True
        )

    def visibles_par(self, utilisateur):
        portee = utilisateur.portee
        if portee.reseau:
            return self
        associations = portee.associations | {point.association_id for point in portee.points}
        return self.filter(Q(association__isnull=True) | Q(association__in=associations))


class Partenaire(Relu):
    """An institution, company or local body one works with; no association means national."""

    class Nature(models.TextChoices):
        OPERATEUR = "operateur", "opérateur public"
        ENTREPRISE = "entreprise", "entreprise"
        COLLECTIVITE = "collectivite", "collectivité"
        ASSOCIATION = "association", "association"
        AUTRE = "autre", "autre"

    nom = models.CharField(max_length=80)
    nom_tri = models.CharField(max_length=80, editable=False)
    nature = models.CharField("type", max_length=12, choices=Nature)
    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="partenaires",
        help_text="Vide pour un partenaire national.",
    )
    retire_le = models.DateField("retiré le", null=True, blank=True)

    objects = PartenaireQuerySet.as_manager()

    class Meta:
        ordering = ("nom_tri", "id")
        constraints = [
            models.UniqueConstraint(
                Lower("nom"),
                F("association"),
                name="partenaire_unique",
                nulls_distinct=False,
                violation_error_message="Ce partenaire existe déjà.",
            ),
            models.CheckConstraint(
                condition=Q(nature__in=["operateur", "entreprise", "collectivite", "association", "autre"]),
                name="partenaire_nature_connue",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    def save(self, *args, **kwargs):
        self.nom_tri = cle_tri(self.nom)
        super().save(*args, **kwargs)

    def est_utilisable(self, association_id: int) -> bool:
        """The rule of `utilisables`, for one loaded row."""
        return self.retire_le is None and self.association_id in (None, association_id)


class Convention(Periode):
    """A convention with a partner, of the network (no association) or of one association.

    With `tacite` the convention goes on past `fin`, year after year, until `denoncee_le`.
    """

    partenaire = models.ForeignKey(Partenaire, on_delete=models.PROTECT, related_name="conventions")
    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, null=True, blank=True, related_name="conventions"
    )
    tacite = models.BooleanField("tacite reconduction", default=False)
    denoncee_le = models.DateField("dénoncée le", null=True, blank=True)

    objects = PeriodeQuerySet.as_manager()

    class Meta:
        ordering = ("-debut",)
        constraints = [
            fin_apres_debut("convention_fin_apres_debut"),
            models.CheckConstraint(
                condition=Q(tacite=False) | Q(fin__isnull=False),
                name="convention_tacite_avec_terme",
                violation_error_message="Une tacite reconduction suppose une date de fin.",
            ),
            models.CheckConstraint(
                condition=Q(denoncee_le__isnull=True) | Q(denoncee_le__gte=F("debut")),
                name="convention_denoncee_apres_debut",
                violation_error_message="La dénonciation précède le début.",
            ),
            ExclusionConstraint(
                name="convention_sans_recouvrement",
                expressions=exclusion("partenaire", "association"),
                violation_error_message="Une convention couvre déjà une partie de cette période.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partenaire} depuis le {self.debut}"

    def en_vigueur_le(self, jour: date) -> bool:
        """In force on that day, tacit renewal included, until denounced."""
        if jour < self.debut or (self.denoncee_le and jour >= self.denoncee_le):
            return False
        return self.tacite or self.fin is None or jour <= self.fin


class ThemeQuerySet(models.QuerySet):
    def utilisables(self, jour: date):
        return self.filter(Q(retire_le__isnull=True) | Q(retire_le__gt=jour))


class Theme(Relu):
    """A family of requests: ordered, retired with a successor, never deleted."""

    code = models.SlugField(max_length=30, unique=True)
    nom = models.CharField(max_length=60)
    nom_court = models.CharField("nom court", max_length=24)
    icone = models.CharField("icône", max_length=30, default="chat-left-text")
    ordre = models.PositiveSmallIntegerField(default=100)
    retire_le = models.DateField("retiré le", null=True, blank=True)
    successeur = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ("ordre", "id")
        verbose_name = "thème"
        constraints = [
            models.CheckConstraint(
                condition=Q(successeur__isnull=True) | ~Q(successeur=F("pk")), name="theme_autre_successeur"
            ),
            models.CheckConstraint(
                condition=Q(successeur__isnull=True) | Q(retire_le__isnull=False),
                name="theme_successeur_si_retire",
                violation_error_message="Un thème en service n’a pas de successeur.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    def est_utilisable_le(self, jour: date) -> bool:
        return self.retire_le is None or jour < self.retire_le
