"""Findings: what each requirement's rule last said of each subject, its changes, closed evaluations.

A self-evaluation. `Constat` is the present state, written again when it changes; `Changement` keeps each
change of verdict and `Evaluation` a sealed picture: both are append-only (triggers).
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accueil.models import Association, PointAccueil
from qualite.models.preuves import VersionPreuve
from qualite.models.referentiel import Niveau, Referentiel
from qualite.verdicts import Qui, Verdict

# Code, level, association's key, point's key.
Sujet = tuple[str, str, int | None, int | None]


class Calcul(models.Model):
    """One run of the rules, over all points or those that had changed. Moments are UTC.

    `du`, `au`: the local days looked at. `journal` and `avis`: the last entry of the journal and the last
    answer of the public that it took into account.
    """

    complet = models.BooleanField()
    du = models.DateField()
    au = models.DateField()
    debut = models.DateTimeField(default=timezone.now)
    fin = models.DateTimeField(default=timezone.now)
    journal = models.BigIntegerField(default=0)
    avis = models.BigIntegerField(default=0, db_default=0)
    constats = models.IntegerField(default=0)
    changements = models.IntegerField(default=0)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Calcul du {self.au}"


class SurSujet(models.Model):
    """A requirement for a subject: the network, an association, a point (or its people)."""

    code = models.CharField(max_length=12)
    niveau = models.CharField(max_length=12, choices=Niveau)
    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    point = models.ForeignKey(
        PointAccueil, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        abstract = True

    @property
    def sujet(self) -> Sujet:
        return (self.code, self.niveau, self.association_id, self.point_id)


class DuSujet(SurSujet):
    """What was measured of a requirement for a subject, by a version of the référentiel."""

    referentiel = models.ForeignKey(Referentiel, on_delete=models.PROTECT, related_name="+", db_index=False)
    phrase = models.CharField(max_length=300)
    valeur = models.IntegerField(null=True)
    seuil = models.IntegerField(null=True)
    sur = models.IntegerField(null=True)

    class Meta:
        abstract = True


def du_niveau(nom: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(niveau="reseau", association__isnull=True, point__isnull=True)
        | Q(niveau="association", association__isnull=False, point__isnull=True)
        | Q(niveau__in=["point", "personne"], association__isnull=True, point__isnull=False),
        name=nom,
    )


class Constat(DuSujet):
    """The present verdict, with its measure and the way to its entries. `depuis`: day of this verdict."""

    verdict = models.CharField(max_length=18, choices=Verdict)
    qui = models.CharField(max_length=12, choices=Qui)
    lien = models.JSONField(null=True)
    detail = ArrayField(models.IntegerField(), default=list)
    depuis = models.DateField()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["point", "referentiel"], name="constat_point")]
        constraints = [
            models.UniqueConstraint(
                fields=["referentiel", "niveau", "code", "association", "point"],
                name="constat_unique",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="constat_verdict_connu"),
            du_niveau("constat_du_niveau"),
        ]

    def __str__(self) -> str:
        return f"{self.code} : {self.get_verdict_display()}"


class Changement(DuSujet):
    """A verdict that changed, on a day; the first one has nothing before. Append-only."""

    calcul = models.ForeignKey(Calcul, on_delete=models.PROTECT, related_name="+", db_index=False)
    jour = models.DateField()
    avant = models.CharField(max_length=18, choices=Verdict, blank=True)
    apres = models.CharField(max_length=18, choices=Verdict)

    class Meta:
        ordering = ("jour", "id")
        indexes = [
            models.Index(fields=["point", "code", "id"], name="changement_point"),
            models.Index(fields=["association", "code", "id"], name="changement_association"),
        ]
        constraints = [du_niveau("changement_du_niveau")]

    def __str__(self) -> str:
        return f"{self.code} : {self.avant or '—'} → {self.apres}"


class Evaluation(models.Model):
    """A picture of all findings, closed on a day by the union: sealed, append-only.

    `instantane` holds version, numbers and findings; `empreinte` is the sha256 of its canonical JSON.
    `campagne`: the one whose freezing closed it, when one did.
    """

    referentiel = models.ForeignKey(Referentiel, on_delete=models.PROTECT, related_name="+")
    titre = models.CharField(max_length=120)
    jour = models.DateField()
    arretee_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    arretee_le = models.DateTimeField(default=timezone.now)
    instantane = models.JSONField()
    empreinte = models.CharField(max_length=64)
    cle = models.UUIDField()
    campagne = models.ForeignKey(
        "qualite.Campagne", on_delete=models.PROTECT, null=True, blank=True, related_name="gels"
    )

    class Meta:
        ordering = ("-jour", "-id")
        constraints = [
            models.UniqueConstraint(fields=["arretee_par", "cle"], name="evaluation_cle_unique"),
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def constats(self) -> list[dict[str, Any]]:
        return self.instantane["constats"]

    @property
    def bilans(self) -> list[dict[str, Any]]:
        """The signed yearly accounts that proved a requirement."""
        return self.instantane.get("bilans", [])

    @property
    def registres_du_reseau(self) -> tuple[int, ...]:
        """Interventions of the whole network in each register, as they were counted; empty before they were
        kept."""
        return tuple(self.instantane.get("registres_du_reseau", ()))

    @property
    def definitive(self) -> bool:
        """Whether what is said from it is final: not while its campaign is open, nor once that one was
        frozen anew."""
        campagne = self.campagne
        return campagne is None or (campagne.close and campagne.evaluation_id == self.pk)


class PreuveArretee(models.Model):
    """A version that was a proof when an evaluation was closed: it can't be withdrawn any more.

    Only a lawful erasure takes its content, and leaves hash, date and reason. Append-only.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="preuves")
    version = models.ForeignKey(VersionPreuve, on_delete=models.PROTECT, related_name="arrets")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "version"], name="preuve_arretee_une_fois"),
        ]

    def __str__(self) -> str:
        return f"Version {self.version_id} dans l’évaluation {self.evaluation_id}"
