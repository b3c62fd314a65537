"""The référentiel: versions, requirements and parameters as loaded from its file, never changed after.

OSCAL's first two layers: the catalogue (`Referentiel`, `Exigence`, `Parametre`), then what applies
(`Application`: which version from when to when; `Valeur`: a parameter's value from a day on).
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from accueil.models.bases import IntervalleDates, Periode, PeriodeQuerySet, fin_apres_debut


class Niveau(models.TextChoices):
    RESEAU = "reseau", "réseau"
    ASSOCIATION = "association", "association"
    POINT = "point", "point"
    PERSONNE = "personne", "personne"


class Origine(models.TextChoices):
    COMMUNIQUE = "communique", "communiqué de certification"
    NORME = "norme_a_verifier", "norme, à vérifier"
    LOI = "loi", "loi"
    FRANCE_SERVICES = "france_services", "France services"
    REGLE = "regle_du_reseau", "règle du réseau"


class Verification(models.TextChoices):
    AUTO = "auto", "calculée"
    DOC = "doc", "sur document"


class Referentiel(models.Model):
    """One version of the référentiel. `empreinte` is the sha256 of its file."""

    class Statut(models.TextChoices):
        EN_VIGUEUR = "en_vigueur", "utilisable"
        BROUILLON = "brouillon", "brouillon"

    code = models.SlugField(max_length=40, unique=True)
    titre = models.CharField(max_length=160)
    statut = models.CharField(max_length=10, choices=Statut)
    avertissement = models.CharField(max_length=400)
    inconnues = ArrayField(models.CharField(max_length=300), default=list)
    blocs = models.JSONField()
    empreinte = models.CharField(max_length=64)
    charge_le = models.DateTimeField(default=timezone.now)
    remplace = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="successeurs", verbose_name="remplace"
    )

    class Meta:
        ordering = ("charge_le", "id")
        verbose_name = "référentiel"

    def __str__(self) -> str:
        return self.titre


class Exigence(models.Model):
    """One requirement, in our own words; `clause` waits for the text once bought.

    `ancien_code`: that of the requirement it goes on from, in the version replaced; `anciens_codes`: all
    those of earlier versions, the latest first.
    """

    referentiel = models.ForeignKey(Referentiel, on_delete=models.PROTECT, related_name="exigences")
    code = models.CharField(max_length=12)
    rang = models.SmallIntegerField()
    bloc = models.SlugField(max_length=30)
    libelle = models.CharField("libellé", max_length=300)
    niveaux = ArrayField(models.CharField(max_length=12, choices=Niveau))
    origine = models.CharField(max_length=20, choices=Origine)
    verification = ArrayField(models.CharField(max_length=5, choices=Verification))
    clause = models.CharField(max_length=20, blank=True)
    a_valider = models.BooleanField("à valider avec le texte acheté", default=True)
    sans_verdict = models.BooleanField(default=False)
    periodicite = models.SmallIntegerField("périodicité, en mois", null=True)
    ancien_code = models.CharField(max_length=12, blank=True)
    anciens_codes = ArrayField(models.CharField(max_length=12), default=list)

    class Meta:
        ordering = ("rang",)
        constraints = [
            models.UniqueConstraint(fields=["referentiel", "code"], name="exigence_code_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.code} — {self.libelle}"

    @property
    def lignee(self) -> tuple[str, ...]:
        """Its code, then the older ones that it goes on from."""
        return tuple(dict.fromkeys(c for c in (self.code, self.ancien_code, *self.anciens_codes) if c))


class Parametre(models.Model):
    """A number that the rules use: its default, unit and bounds, as the file says them.

    `referentiel`: the version whose text gives it; None for the network's own, the same in every version.
    """

    referentiel = models.ForeignKey(
        Referentiel, on_delete=models.PROTECT, null=True, related_name="parametres"
    )
    code = models.SlugField(max_length=40)
    rang = models.SmallIntegerField()
    libelle = models.CharField("libellé", max_length=200)
    defaut = models.IntegerField()
    unite = models.CharField("unité", max_length=20)
    minimum = models.IntegerField()
    maximum = models.IntegerField()
    origine = models.CharField(max_length=20, choices=Origine)

    class Meta:
        ordering = ("rang",)
        verbose_name = "paramètre"
        constraints = [
            models.UniqueConstraint(
                fields=["referentiel", "code"], name="parametre_code_unique", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(defaut__gte=F("minimum"), defaut__lte=F("maximum")), name="parametre_defaut_borne"
            ),
        ]

    def __str__(self) -> str:
        return self.libelle

    @property
    def nombre(self) -> tuple[str, int, str, int, int]:
        """What makes it the same number from one version to the next."""
        return (self.code, self.defaut, self.unite, self.minimum, self.maximum)


class Application(Periode):
    """Which version the network goes by, from one day to another; never two on one day."""

    referentiel = models.ForeignKey(Referentiel, on_delete=models.PROTECT, related_name="applications")
    decidee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decidee_le = models.DateTimeField(default=timezone.now)

    objects = PeriodeQuerySet.as_manager()

    class Meta:
        ordering = ("debut",)
        constraints = [
            fin_apres_debut("application_fin_apres_debut"),
            ExclusionConstraint(
                name="application_une_seule_version",
                expressions=[(IntervalleDates(), RangeOperators.OVERLAPS)],
                violation_error_message="Deux versions ne s’appliquent jamais le même jour.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referentiel.code} depuis le {self.debut}"


class Valeur(models.Model):
    """A parameter's value from a day on, with its reason; append-only, so that earlier evaluations
    keep theirs. Two decisions for one day: the later one counts."""

    parametre = models.ForeignKey(Parametre, on_delete=models.PROTECT, related_name="valeurs")
    valeur = models.IntegerField()
    debut = models.DateField("à partir du")
    motif = models.CharField(max_length=300)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("debut", "id")

    def __str__(self) -> str:
        return f"{self.valeur} à partir du {self.debut}"


def parametres_au(referentiel: Referentiel | Coalesce | int, jour: date) -> models.QuerySet[Any]:
    """A version's parameters and the network's own, the version's first, with `actuelle`: the last decision
    of a day, else the default; and `depuis`, its first day (None for the default).

    What was decided for an earlier version goes on for one that takes the number over as it is.
    """
    decidees = Valeur.objects.filter(
        debut__lte=jour,
        parametre__code=OuterRef("code"),
        parametre__defaut=OuterRef("defaut"),
        parametre__unite=OuterRef("unite"),
        parametre__minimum=OuterRef("minimum"),
        parametre__maximum=OuterRef("maximum"),
    ).order_by("-debut", "-id")
    lignes = Parametre.objects.filter(Q(referentiel=referentiel) | Q(referentiel__isnull=True))
    return lignes.annotate(
        actuelle=Coalesce(Subquery(decidees.values("valeur")[:1]), F("defaut")),
        depuis=Subquery(decidees.values("debut")[:1]),
    ).order_by(F("referentiel").asc(nulls_last=True), "rang", "pk")


def valeurs_au(referentiel: Referentiel | int, jour: date) -> dict[str, int]:
    """Each parameter's value on a day; one statement."""
    return dict(parametres_au(referentiel, jour).values_list("code", "actuelle"))


# The same as `parametres_au` for the version in force, as one value: built by the ORM, its text would cost a
# page more than its answer.
_NOMBRES = """array_to_string(ARRAY(
  SELECT p.code || ' ' || coalesce((
    SELECT v.valeur FROM qualite_valeur v JOIN qualite_parametre q ON q.id = v.parametre_id
    WHERE v.debut <= %s AND (q.code, q.defaut, q.unite, q.minimum, q.maximum)
      = (p.code, p.defaut, p.unite, p.minimum, p.maximum)
    ORDER BY v.debut DESC, v.id DESC LIMIT 1), p.defaut)
  FROM qualite_parametre p WHERE p.referentiel_id IS NULL OR p.referentiel_id = (
    SELECT referentiel_id FROM qualite_application
    WHERE debut <= %s AND (fin IS NULL OR fin >= %s) LIMIT 1)
  ORDER BY p.referentiel_id NULLS LAST, p.rang, p.id), ',')"""


def nombres_en_vigueur(jour: date) -> RawSQL:
    """The numbers of a day as one text « code value,code value », to be read beside rows of any kind: an
    array would be opened with each of them."""
    texte = models.TextField()
    return RawSQL(_NOMBRES, [jour, jour, jour], output_field=texte)  # noqa: S611 — a constant
