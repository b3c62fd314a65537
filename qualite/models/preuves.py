"""Proofs: what they stand for, their versions (only added to), what was decided about them.

What people typed (title, note, name of the file, link) and the file itself are sealed under the proof's
own key; the reasons of decisions are not, for they outlive an erasure.
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accueil.acces import en_poste
from accueil.models import Association, PointAccueil
from mediation.models.documents import TAILLE_MAX, FormatDocument
from pimms.socle.models import CleDonnees
from qualite.models.referentiel import Niveau


class PreuveQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Proofs that someone may read.

        The network's and one's association's: any reader. A point's: who works there or looks after it.
        A person's: that person, the union, and who looks after a team where they are in post today, of
        the association that added it. That of an action's work: who is asked to verify it as well, as
        they read the action.
        """
        portee = utilisateur.portee
        if portee.reseau:
            return self
        points = PointAccueil.objects.visibles_par(utilisateur)
        associations = points.values("association")
        d_equipe = Q(pk__in=[])
        for association, personnes in en_poste(portee).items():
            d_equipe |= Q(employeur=association, personne__in=personnes)
        return self.filter(
            Q(niveau=Niveau.RESEAU)
            | Q(association__in=associations)
            | Q(association__in=portee.associations)
            | Q(point__in=points)
            | Q(action__verificateur=utilisateur, point__association__in=associations)
            | Q(personne=utilisateur)
            | d_equipe
        )

    def effacables_par(self, utilisateur):
        """Proofs that someone may erase, read or not: those of the association that they direct, of people
        who left it too; all, for the union."""
        portee = utilisateur.portee
        if portee.reseau:
            return self
        return self.filter(
            Q(employeur__in=portee.associations)
            | Q(association__in=portee.associations)
            | Q(point__association__in=portee.associations)
        )

    def des_partis(self, utilisateur):
        """Proofs about people who left the associations that someone directs: to be erased, not read."""
        siennes = self.effacables_par(utilisateur).filter(niveau=Niveau.PERSONNE, coffre__isnull=False)
        return siennes.exclude(pk__in=self.visibles_par(utilisateur).values("pk"))


class Preuve(models.Model):
    """What a document stands for: requirements (by code) and the one whom it is about.

    `employeur`: the association that added what is about a person; None for the union's, and for older
    ones that could be two associations'. `action`: the corrective action that it shows the work of, for the
    same subject. `coffre` is the data key that seals its versions; none once the
    proof was erased.
    """

    niveau = models.CharField(max_length=12, choices=Niveau)
    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    personne = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="preuves"
    )
    employeur = models.ForeignKey(
        Association, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    exigences = ArrayField(models.CharField(max_length=12))
    action = models.ForeignKey(
        "qualite.ActionCorrective", on_delete=models.PROTECT, null=True, blank=True, related_name="preuves"
    )
    coffre = models.ForeignKey(
        CleDonnees, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    cle = models.UUIDField()
    creee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    creee_le = models.DateTimeField(default=timezone.now)

    objects = PreuveQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["creee_par", "cle"], name="preuve_cle_unique"),
            models.CheckConstraint(condition=Q(exigences__len__gte=1), name="preuve_d_une_exigence"),
            models.CheckConstraint(
                condition=Q(niveau="personne") | Q(employeur__isnull=True), name="preuve_employeur"
            ),
            models.CheckConstraint(
                condition=~Q(niveau="personne") | Q(action__isnull=True), name="preuve_d_action_sans_personne"
            ),
            models.CheckConstraint(
                name="preuve_niveau_et_objet",
                condition=Q(
                    niveau="reseau", association__isnull=True, point__isnull=True, personne__isnull=True
                )
                | Q(
                    niveau="association",
                    association__isnull=False,
                    point__isnull=True,
                    personne__isnull=True,
                )
                | Q(niveau="point", association__isnull=True, point__isnull=False, personne__isnull=True)
                | Q(niveau="personne", association__isnull=True, point__isnull=True, personne__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Preuve {self.pk}"

    @property
    def objet(self) -> str:
        """Whom it is about, in words."""
        return str(self.point or self.association or self.personne or "le réseau")


class VersionPreuve(models.Model):
    """A file or a link, in force from `debut` to `fin` (both included), whatever the day of its upload.

    `scelle`: `titre`, `note`, `nom` (of the file) or `lien`. `empreinte`: sha256 of the clean file, or
    of the link.
    """

    class Nature(models.TextChoices):
        FICHIER = "fichier", "fichier"
        LIEN = "lien", "lien"

    preuve = models.ForeignKey(Preuve, on_delete=models.PROTECT, related_name="versions", db_index=False)
    numero = models.SmallIntegerField()
    nature = models.CharField(max_length=7, choices=Nature)
    format = models.CharField(max_length=4, choices=FormatDocument, blank=True)
    taille = models.IntegerField(default=0)
    empreinte = models.CharField(max_length=64)
    scelle = models.BinaryField()
    debut = models.DateField("valable à partir du")
    fin = models.DateField("valable jusqu’au (inclus)", null=True, blank=True)
    deposee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    deposee_le = models.DateTimeField(default=timezone.now)
    cle = models.UUIDField()

    class Meta:
        ordering = ("-numero",)
        constraints = [
            models.UniqueConstraint(fields=["preuve", "numero"], name="version_preuve_numero"),
            models.UniqueConstraint(fields=["deposee_par", "cle"], name="version_preuve_cle"),
            models.CheckConstraint(
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                name="version_preuve_dates",
                violation_error_message="La fin précède le début.",
            ),
            models.CheckConstraint(
                condition=Q(nature="lien", format="", taille=0)
                | Q(nature="fichier", format__in=FormatDocument.values, taille__range=(1, TAILLE_MAX)),
                name="version_preuve_nature",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.numero} de la preuve {self.preuve_id}"

    @property
    def usage(self) -> str:
        """What its sealed values are bound to."""
        return f"preuve:{self.preuve_id}:{self.numero}"

    def valeurs(self) -> dict[str, Any]:
        """Open title, note, name or link; nothing is left of an erased proof."""
        coffre = self.preuve.coffre
        return coffre.coffre.ouvrir_valeurs(self.usage, self.scelle) if coffre else {}


class FichierPreuve(models.Model):
    """The sealed bytes of a version, apart from it, so that no list ever loads them."""

    version = models.OneToOneField(
        VersionPreuve, on_delete=models.PROTECT, primary_key=True, related_name="fichier"
    )
    octets = models.BinaryField()

    def __str__(self) -> str:
        return f"Fichier de la version {self.version_id}"


class EvenementPreuve(models.Model):
    """What was decided or found about a version; the latest says where it stands."""

    class Nature(models.TextChoices):
        REFUS = "refus", "refusée"
        LEVEE = "levee", "refus levé"
        RETRAIT = "retrait", "retirée"
        EFFACEMENT = "effacement", "effacée"
        ALTERATION = "alteration", "fichier altéré"
        INTEGRITE = "integrite", "fichier retrouvé intact"

    version = models.ForeignKey(VersionPreuve, on_delete=models.PROTECT, related_name="evenements")
    nature = models.CharField(max_length=10, choices=Nature)
    motif = models.CharField(max_length=300, blank=True)
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    le = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    nature__in=["refus", "levee", "retrait", "effacement", "alteration", "integrite"]
                ),
                name="evenement_preuve_connu",
            ),
            models.CheckConstraint(
                condition=~Q(motif="") | Q(nature__in=["levee", "alteration", "integrite"]),
                name="evenement_preuve_motive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} le {self.le:%d/%m/%Y}"


class RappelPreuve(models.Model):
    """A reminder sent before a version's last day; its key makes it unique."""

    version = models.ForeignKey(VersionPreuve, on_delete=models.PROTECT, related_name="+", db_index=False)
    palier = models.SmallIntegerField()  # days before the end: 30, 7 or 1
    le = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "palier"], name="rappel_preuve_une_fois")]

    def __str__(self) -> str:
        return f"Rappel à {self.palier} jours"
