"""Associations and their reception points, with all that is dated about them."""

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone

from accueil.models.bases import (
    IntervalleDates,
    IntervalleEntier,
    Periode,
    PeriodeQuerySet,
    Relu,
    fin_apres_debut,
)
from accueil.models.bases import exclusion as exclusion_periode
from accueil.models.territoire import Commune
from pimms.socle.textes import cle_tri

FUSEAUX = [
    ("Europe/Paris", "Métropole (Paris)"),
    ("America/Guadeloupe", "Guadeloupe"),
    ("America/Martinique", "Martinique"),
    ("America/Cayenne", "Guyane"),
    ("Indian/Reunion", "La Réunion"),
    ("Indian/Mayotte", "Mayotte"),
    ("America/Miquelon", "Saint-Pierre-et-Miquelon"),
    ("Pacific/Noumea", "Nouvelle-Calédonie"),
    ("Pacific/Tahiti", "Polynésie française"),
]


class AssociationQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        portee = utilisateur.portee
        if portee.reseau:
            return self
        return self.filter(Q(pk__in=portee.associations) | Q(points__pk__in=portee.points_de_role)).distinct()


class Association(Relu):
    """The employer and data controller (RGPD) of its points' cases."""

    nom = models.CharField(max_length=120, unique=True)
    nom_tri = models.CharField(max_length=120, editable=False)
    siret = models.CharField(
        "SIRET", max_length=14, blank=True, validators=[RegexValidator(r"^\d{14}$", "14 chiffres.")]
    )
    adresse = models.CharField(max_length=200, blank=True)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    courriel = models.EmailField("adresse électronique", blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)

    objects = AssociationQuerySet.as_manager()

    class Meta:
        ordering = ("nom_tri", "id")

    def __str__(self) -> str:
        return self.nom

    def save(self, *args, **kwargs):
        self.nom_tri = cle_tri(self.nom)
        super().save(*args, **kwargs)


class ContratFranchise(Periode):
    """The contrat de franchise sociale that binds an association to the union."""

    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="contrats")

    objects = PeriodeQuerySet.as_manager()

    class Meta:
        ordering = ("-debut",)
        verbose_name = "contrat de franchise sociale"
        verbose_name_plural = "contrats de franchise sociale"
        constraints = [
            fin_apres_debut("contrat_fin_apres_debut"),
            ExclusionConstraint(
                name="contrat_sans_recouvrement",
                expressions=exclusion_periode("association"),
                violation_error_message="Un contrat couvre déjà une partie de cette période.",
            ),
        ]

    def __str__(self) -> str:
        return f"Contrat du {self.debut}"


class PointQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Points this person may look at today; a stranger's queryset is empty."""
        portee = utilisateur.portee
        if portee.reseau:
            return self
        return self.filter(Q(pk__in=portee.points_de_role) | Q(association__in=portee.associations))

    def ouverts(self, jour: date):
        return self.filter(Q(ferme_le__isnull=True) | Q(ferme_le__gt=jour), ouvert_le__lte=jour)


class PointAccueil(Relu):
    """A reception point: fixed, mobile (a bus) or antenne. `ferme_le` is the first closed day."""

    class Nature(models.TextChoices):
        FIXE = "fixe", "fixe"
        MOBILE = "mobile", "mobile"
        ANTENNE = "antenne", "antenne"

    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="points")
    code = models.CharField(
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9]{2,5}-[A-Z0-9]{2,5}$", "Forme attendue : LYO-GER.")],
    )
    nom = models.CharField(max_length=80)
    nom_tri = models.CharField(max_length=80, editable=False)
    nature = models.CharField("type", max_length=8, choices=Nature, default=Nature.FIXE)
    adresse = models.CharField(max_length=200, blank=True)
    code_postal = models.CharField(max_length=5, validators=[RegexValidator(r"^\d{5}$", "5 chiffres.")])
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    fuseau = models.CharField("fuseau horaire", max_length=32, choices=FUSEAUX, default="Europe/Paris")
    ouvert_le = models.DateField("ouvert depuis le")
    ferme_le = models.DateField("fermé à partir du", null=True, blank=True)

    objects = PointQuerySet.as_manager()

    class Meta:
        ordering = ("nom_tri", "id")
        verbose_name = "point d’accueil"
        verbose_name_plural = "points d’accueil"
        constraints = [
            fin_apres_debut("point_fermeture_apres_ouverture", "ouvert_le", "ferme_le"),
            models.CheckConstraint(
                condition=Q(nature__in=["fixe", "mobile", "antenne"]), name="point_nature_connue"
            ),
            models.CheckConstraint(
                condition=Q(fuseau__in=[f for f, _ in FUSEAUX]), name="point_fuseau_connu"
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    def save(self, *args, **kwargs):
        self.nom_tri = cle_tri(self.nom)
        super().save(*args, **kwargs)

    @property
    def tz(self) -> tzinfo:
        return ZoneInfo(self.fuseau)

    def maintenant(self) -> datetime:
        """Now, in the point's own time zone."""
        return timezone.now().astimezone(self.tz)

    def aujourdhui(self) -> date:
        """Today's local day at the point."""
        return self.maintenant().date()

    def est_ouvert_le(self, jour: date) -> bool:
        """Whether the point exists on that local day (not whether its door is open)."""
        return self.ouvert_le <= jour and (self.ferme_le is None or jour < self.ferme_le)


class LabelFranceServices(Periode):
    """The France services label belongs to a point, between two dates."""

    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="labels")

    objects = PeriodeQuerySet.as_manager()

    class Meta:
        ordering = ("-debut",)
        verbose_name = "label France services"
        verbose_name_plural = "labels France services"
        constraints = [
            fin_apres_debut("label_fin_apres_debut"),
            ExclusionConstraint(
                name="label_sans_recouvrement",
                expressions=exclusion_periode("point"),
                violation_error_message="Un label couvre déjà une partie de cette période.",
            ),
        ]

    def __str__(self) -> str:
        return f"France services depuis le {self.debut}"


class Jour(models.IntegerChoices):
    LUNDI = 0, "lundi"
    MARDI = 1, "mardi"
    MERCREDI = 2, "mercredi"
    JEUDI = 3, "jeudi"
    VENDREDI = 4, "vendredi"
    SAMEDI = 5, "samedi"
    DIMANCHE = 6, "dimanche"


class IntervalleHeures(Func):
    """Opening time as a range of local clock times (on a fixed day, for the constraint's sake)."""

    template = "tsrange(DATE '2000-01-01' + %(expressions)s)"
    arg_joiner = ", DATE '2000-01-01' + "


class PlageHoraire(Periode):
    """Weekly opening: a weekday, from–to (local time), valid between two dates."""

    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="plages")
    jour = models.SmallIntegerField(choices=Jour)
    ouvre = models.TimeField("de")
    ferme = models.TimeField("à")

    objects = PeriodeQuerySet.as_manager()

    class Meta:
        ordering = ("jour", "ouvre")
        verbose_name = "plage d’ouverture"
        verbose_name_plural = "plages d’ouverture"
        constraints = [
            fin_apres_debut("plage_fin_apres_debut"),
            models.CheckConstraint(
                condition=Q(ferme__gt=F("ouvre")),
                name="plage_heures_ordonnees",
                violation_error_message="La fermeture précède l’ouverture.",
            ),
            models.CheckConstraint(condition=Q(jour__range=(0, 6)), name="plage_jour_connu"),
            ExclusionConstraint(
                name="plage_sans_recouvrement",
                expressions=[
                    (IntervalleEntier(F("point")), RangeOperators.OVERLAPS),
                    (IntervalleEntier(F("jour")), RangeOperators.OVERLAPS),
                    (IntervalleHeures(F("ouvre"), F("ferme")), RangeOperators.OVERLAPS),
                    (IntervalleDates(), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette plage en recouvre une autre.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_jour_display()} {self.ouvre:%H:%M}–{self.ferme:%H:%M}"


class Fermeture(Periode):
    """An exceptional closure; `annoncee_le` tells whether people were warned."""

    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="fermetures")
    motif = models.CharField(max_length=120)
    annoncee_le = models.DateField("annoncée le", null=True, blank=True)

    objects = PeriodeQuerySet.as_manager()

    class Meta:
        ordering = ("-debut",)
        verbose_name = "fermeture exceptionnelle"
        verbose_name_plural = "fermetures exceptionnelles"
        constraints = [
            fin_apres_debut("fermeture_fin_apres_debut"),
            ExclusionConstraint(
                name="fermeture_sans_recouvrement",
                expressions=exclusion_periode("point"),
                violation_error_message="Une fermeture couvre déjà une partie de ces jours.",
            ),
        ]

    def __str__(self) -> str:
        return f"Fermé du {self.debut} au {self.fin or '…'}"


class JourneeMobile(Relu):
    """A day of a bus or an antenne: where it stands, from–to (local time)."""

    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="journees")
    jour = models.DateField()
    lieu = models.CharField(max_length=120)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ouvre = models.TimeField("de")
    ferme = models.TimeField("à")
    annulee = models.BooleanField("annulée", default=False)

    class Meta:
        ordering = ("jour", "ouvre")
        verbose_name = "journée de tournée"
        verbose_name_plural = "journées de tournée"
        constraints = [
            models.CheckConstraint(
                condition=Q(ferme__gt=F("ouvre")),
                name="journee_heures_ordonnees",
                violation_error_message="La fin précède le début.",
            ),
            models.UniqueConstraint(fields=["point", "jour", "ouvre"], name="journee_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.jour} {self.lieu}"
