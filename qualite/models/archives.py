"""The archive of everything that an association owns: who asked, why, where it stands."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accueil.models import Association
from pimms.socle.models import CleDonnees


class EtatArchive(models.TextChoices):
    DEMANDE = "demande", "en attente"
    EN_COURS = "en_cours", "en préparation"
    PRET = "pret", "prête"
    ECHEC = "echec", "en échec"
    RETIREE = "retiree", "retirée"


class MotifArchive(models.TextChoices):
    SAUVEGARDE = "sauvegarde", "Garder notre propre copie"
    OUTIL = "outil", "Changer d’outil"
    DEPART = "depart", "Quitter le réseau"
    AUTORITE = "autorite", "Répondre à une autorité"


class ArchiveQuerySet(models.QuerySet["ArchiveAssociation"]):
    def visibles_par(self, utilisateur):
        """Those of the associations that someone directs; nobody else's, the union's neither."""
        return self.filter(association__in=utilisateur.portee.associations)


class ArchiveAssociation(models.Model):
    """A ZIP made by a task, sealed on the disk, kept for `VIE`.

    `cle_scellee` is the file's key, sealed under `coffre`: once that one is gone, no copy of the file opens.
    """

    VIE = timedelta(days=3)
    Etat, Motif = EtatArchive, MotifArchive
    FINIS = (EtatArchive.PRET, EtatArchive.ECHEC, EtatArchive.RETIREE)

    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="archives")
    demande_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    demande_le = models.DateTimeField(default=timezone.now)
    motif = models.CharField(max_length=12, choices=MotifArchive)
    etat = models.CharField(max_length=8, choices=EtatArchive, default=EtatArchive.DEMANDE)
    pris_le = models.DateTimeField(null=True)
    essais = models.PositiveSmallIntegerField(default=0)
    fini_le = models.DateTimeField(null=True)
    erreur = models.CharField(max_length=200, blank=True)
    coffre = models.ForeignKey(
        CleDonnees, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    cle_scellee = models.BinaryField(null=True)
    fichier = models.CharField(max_length=120, blank=True)
    taille = models.BigIntegerField(default=0)  # bytes of the ZIP
    empreinte = models.CharField(max_length=64, blank=True)  # its sha256
    lignes = models.IntegerField(default=0)
    pieces = models.IntegerField(default=0)  # documents, proofs, reports, attestations

    objects = ArchiveQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name = "archive d’association"
        verbose_name_plural = "archives d’association"
        constraints = [
            models.CheckConstraint(
                condition=Q(etat__in=["demande", "en_cours", "pret", "echec", "retiree"]),
                name="archive_etat_connu",
            ),
            models.CheckConstraint(
                condition=Q(motif__in=["sauvegarde", "outil", "depart", "autorite"]),
                name="archive_motif_connu",
            ),
            models.CheckConstraint(
                condition=~Q(etat="pret") | ~Q(fichier="") & Q(coffre__isnull=False),
                name="archive_prete_avec_fichier",
            ),
            # One at a time for an association: a second click finds the first.
            models.UniqueConstraint(
                fields=["association"],
                condition=Q(etat__in=["demande", "en_cours"]),
                name="archive_une_a_la_fois",
            ),
        ]

    def __str__(self) -> str:
        return f"Archive {self.pk}"

    @property
    def fini(self) -> bool:
        return self.etat in self.FINIS

    @property
    def usage(self) -> str:
        """What the file's key is bound to."""
        return f"archive:{self.pk}"

    @property
    def expire_le(self) -> datetime | None:
        """Until when a ready one is given."""
        return self.fini_le + self.VIE if self.fini_le and self.etat == EtatArchive.PRET else None

    @property
    def telechargeable(self) -> bool:
        return self.expire_le is not None and timezone.now() < self.expire_le
