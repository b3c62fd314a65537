"""Documents of a case (stored sealed) and mandates for doing something in a person's place."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accueil.models.bases import Periode, PeriodeQuerySet, fin_apres_debut
from mediation.models.bases import DuDossier, DuPoint, connu
from mediation.models.parties import Partie

TAILLE_MAX = 10 * 1024 * 1024  # bytes of one uploaded file


class NatureDocument(models.TextChoices):
    CONSENTEMENT = "consentement", "Accord à la médiation, signé"
    ACCORD = "accord", "Accord entre les parties, signé"
    MANDAT = "mandat", "Mandat"
    ORIENTATION = "orientation", "Lettre d’orientation"
    PIECE = "piece", "Autre pièce"


class FormatDocument(models.TextChoices):
    PDF = "pdf", "PDF"
    JPEG = "jpeg", "Image JPEG"
    PNG = "png", "Image PNG"


class Document(DuDossier):
    """A file of a case. `scelle`: `nom` (the file's name) and `note`; the bytes are in `Fichier`.

    `empreinte` is the sha256 of what is stored, metadata stripped, before it was sealed.
    """

    Nature = NatureDocument
    Format = FormatDocument

    cle = models.UUIDField()
    nature = models.CharField(max_length=14, choices=Nature)
    format = models.CharField(max_length=4, choices=Format)
    taille = models.IntegerField()
    empreinte = models.CharField(max_length=64)
    partie = models.ForeignKey(
        Partie, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    ajoute_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ajoute_le = models.DateTimeField(default=timezone.now)
    retire_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-numero",)
        constraints = [
            models.UniqueConstraint(fields=["dossier", "numero"], name="document_numero_unique"),
            models.UniqueConstraint(fields=["ajoute_par", "cle"], name="document_cle_unique"),
            models.UniqueConstraint(fields=["id", "dossier"], name="document_id_dossier"),
            connu("nature", NatureDocument, "document_nature_connue"),
            connu("format", FormatDocument, "document_format_connu"),
            models.CheckConstraint(condition=Q(taille__range=(1, TAILLE_MAX)), name="document_taille_bornee"),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} {self.numero}"


class Fichier(DuPoint):
    """The sealed bytes of a document, apart from it, so that no list ever loads them."""

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="fichier"
    )
    octets = models.BinaryField()

    def __str__(self) -> str:
        return f"Fichier du document {self.document_id}"


class Mandat(DuDossier, Periode):
    """A written, limited and revocable mandate to do something in a party's place (DEO-7).

    `scelle`: `objet` (what exactly may be done). `fin` is always said: a mandate is limited. It is of
    no use before its signed `document` is there.
    """

    JOURNAL_TAIT = frozenset({"debut", "fin", "revoque_le"})

    cle = models.UUIDField(null=True, editable=False)
    saisi_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    partie = models.ForeignKey(Partie, on_delete=models.PROTECT, related_name="mandats")
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="mandats"
    )
    revoque_le = models.DateField("révoqué le", null=True, blank=True)

    objects = PeriodeQuerySet.as_manager()

    class Meta:
        ordering = ("-debut",)
        constraints = [
            models.UniqueConstraint(fields=["dossier", "numero"], name="mandat_numero_unique"),
            models.UniqueConstraint(fields=["saisi_par", "cle"], name="mandat_cle_unique"),
            models.UniqueConstraint(fields=["id", "dossier"], name="mandat_id_dossier"),
            fin_apres_debut("mandat_fin_apres_debut"),
            models.CheckConstraint(
                condition=Q(fin__isnull=False),
                name="mandat_limite",
                violation_error_message="Un mandat a une fin.",
            ),
        ]

    def __str__(self) -> str:
        return f"Mandat jusqu’au {self.fin}"

    def vaut_le(self, jour: date) -> bool:
        """Whether something may be done under it on that day: signed on a paper that is still there,
        running, not revoked."""
        return (
            self.document is not None
            and self.document.retire_le is None
            and self.couvre(jour)
            and (self.revoque_le is None or jour < self.revoque_le)
        )
