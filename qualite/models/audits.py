"""What an audit finds: findings with their grade, the point's answers, interviews and observations.

Texts are in clear: they speak of the organisation. The forms say that nobody is named. Only an audit makes
a non-conformité; a finding has nothing to do with a computed verdict.
"""

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accueil.models import PointAccueil
from qualite.models.actions import ActionCorrective
from qualite.models.campagnes import TEXTE_MAX, Campagne


class Grade(models.TextChoices):
    """In the words of French auditors, the graver last."""

    POINT_FORT = "point_fort", "Point fort"
    PISTE = "piste", "Piste de progrès"
    SENSIBLE = "sensible", "Point sensible"
    MINEURE = "mineure", "Non-conformité mineure"
    MAJEURE = "majeure", "Non-conformité majeure"


SANS_REPONSE = (Grade.POINT_FORT,)  # nothing to answer to a strength


class ConstatAudit(models.Model):
    """A finding of an audit at a point of the sample, or for the central function (no point).

    `exigence`: code of the requirement, where there is one. Written while the audit lasts, then fixed; an
    answer counts when it came after `modifie_le`.
    """

    campagne = models.ForeignKey(Campagne, on_delete=models.PROTECT, related_name="constats", db_index=False)
    numero = models.SmallIntegerField()
    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    exigence = models.CharField(max_length=12, blank=True)
    grade = models.CharField(max_length=10, choices=Grade)
    texte = models.TextField(validators=[MaxLengthValidator(TEXTE_MAX)])
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    le = models.DateTimeField(default=timezone.now)
    modifie_le = models.DateTimeField(default=timezone.now)
    version = models.IntegerField(default=1)
    cle = models.UUIDField()

    class Meta:
        ordering = ("numero",)
        constraints = [
            models.UniqueConstraint(fields=["campagne", "numero"], name="constat_audit_numero"),
            models.UniqueConstraint(fields=["auteur", "cle"], name="constat_audit_cle_unique"),
            models.CheckConstraint(
                condition=Q(grade__in=Grade.values) & ~Q(texte=""), name="constat_audit_grade_connu"
            ),
        ]

    def __str__(self) -> str:
        return f"Constat {self.numero} : {self.get_grade_display()}"

    @property
    def lieu(self) -> str:
        return str(self.point or "Fonction centrale")

    @property
    def appelle_reponse(self) -> bool:
        return self.grade not in SANS_REPONSE


class ReponseConstat(models.Model):
    """What a point answers to a finding; append-only, the latest one counts."""

    constat = models.ForeignKey(ConstatAudit, on_delete=models.PROTECT, related_name="reponses")
    texte = models.TextField(validators=[MaxLengthValidator(TEXTE_MAX)])
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    le = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        constraints = [models.CheckConstraint(condition=~Q(texte=""), name="reponse_constat_dite")]

    def __str__(self) -> str:
        return f"Réponse au constat {self.constat_id}"


class SuiteConstat(models.Model):
    """A corrective action opened from a finding; append-only."""

    constat = models.ForeignKey(ConstatAudit, on_delete=models.PROTECT, related_name="suites")
    action = models.OneToOneField(ActionCorrective, on_delete=models.PROTECT, related_name="du_constat")

    def __str__(self) -> str:
        return f"Action {self.action_id} du constat {self.constat_id}"


class NoteAudit(models.Model):
    """An interview (with a function, never a name) or an observation of an auditor; append-only."""

    class Nature(models.TextChoices):
        ENTRETIEN = "entretien", "Entretien"
        OBSERVATION = "observation", "Observation"

    campagne = models.ForeignKey(Campagne, on_delete=models.PROTECT, related_name="notes")
    point = models.ForeignKey(
        PointAccueil, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    nature = models.CharField(max_length=11, choices=Nature)
    jour = models.DateField("jour")
    fonction = models.CharField("fonction rencontrée", max_length=60, blank=True)
    texte = models.TextField(validators=[MaxLengthValidator(TEXTE_MAX)])
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    le = models.DateTimeField(default=timezone.now)
    cle = models.UUIDField()

    class Meta:
        ordering = ("-jour", "-id")
        constraints = [
            models.UniqueConstraint(fields=["auteur", "cle"], name="note_audit_cle_unique"),
            models.CheckConstraint(
                condition=(Q(nature="entretien") & ~Q(fonction="") | Q(nature="observation", fonction=""))
                & ~Q(texte=""),
                name="note_audit_connue",
                violation_error_message="Dites la fonction de la personne rencontrée.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} du {self.jour:%d/%m/%Y}"

    @property
    def lieu(self) -> str:
        return str(self.point or "Fonction centrale")
