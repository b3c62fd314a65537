"""Requests out of scope, sent on to a named contact."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accueil.models import Demande, Partenaire
from mediation.models.bases import DuPoint, connu
from mediation.models.dossiers import Dossier


class DomaineRedirection(models.TextChoices):
    PENALE = "penale", "Médiation pénale"
    FAMILIALE = "familiale", "Médiation familiale"
    CONSOMMATION = "consommation", "Médiation de la consommation"
    COMMERCIALE = "commerciale", "Médiation commerciale"
    TRAVAIL = "travail", "Conflit du travail"


class Redirection(DuPoint):
    """A request out of scope, sent on to a named contact: never a case (CAD-1).

    `vers` names an office or a function, not a private person. That of a case is in `scelle`, under
    the case's key: with the rest of the case it would tell somebody's story.
    """

    Domaine = DomaineRedirection

    cle = models.UUIDField()
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    jour = models.DateField()
    saisie_le = models.DateTimeField(default=timezone.now)
    domaine = models.CharField(max_length=14, choices=Domaine)
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    vers = models.CharField(max_length=120, blank=True)
    scelle = models.BinaryField(null=True, editable=False)
    demande = models.ForeignKey(
        Demande, on_delete=models.PROTECT, null=True, blank=True, related_name="redirections"
    )
    dossier = models.OneToOneField(
        Dossier, on_delete=models.PROTECT, null=True, blank=True, related_name="redirection"
    )

    class Meta:
        ordering = ("-jour", "-id")
        verbose_name = "réorientation hors champ"
        verbose_name_plural = "réorientations hors champ"
        indexes = [models.Index(fields=["point", "-jour"], name="redirection_point")]
        constraints = [
            models.UniqueConstraint(fields=["auteur", "cle"], name="redirection_cle_unique"),
            connu("domaine", DomaineRedirection, "redirection_domaine_connu"),
            models.CheckConstraint(
                condition=Q(partenaire__isnull=False) | ~Q(vers="") | Q(scelle__isnull=False),
                name="redirection_nommee",
                violation_error_message="Dites vers qui la personne est réorientée.",
            ),
            models.CheckConstraint(
                condition=Q(dossier__isnull=True, scelle__isnull=True) | Q(dossier__isnull=False, vers=""),
                name="redirection_d_un_dossier_scellee",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_domaine_display()} → {self.partenaire or self.vers or 'un interlocuteur nommé'}"

    def sceller(self, vers: str) -> None:
        """Keep the contact of a case's redirection under the case's key."""
        assert self.dossier is not None  # noqa: S101 — without a case there is no key
        self.scelle = self.dossier.coffre.sceller_valeurs("redirection", {"vers": vers}) if vers else None

    def contact(self) -> str:
        """To whom, as typed. For a case's, go through `mediation.lecture`, which checks who reads."""
        if self.dossier is None:
            return self.vers
        return self.dossier.coffre.ouvrir_valeurs("redirection", self.scelle).get("vers", "")
