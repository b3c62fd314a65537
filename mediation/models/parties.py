"""Parties of a case, and their agreement to the mediation."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accueil.models import Partenaire
from mediation.models.bases import DuDossier, DuPoint, connu


class NaturePartie(models.TextChoices):
    PERSONNE = "personne", "Personne"
    GROUPE = "groupe", "Groupe"
    INSTITUTION = "institution", "Institution"


class RolePartie(models.TextChoices):
    DEMANDEUR = "demandeur", "Demandeur"
    AUTRE_PARTIE = "autre_partie", "Autre partie"
    REPRESENTANT = "representant", "Représentant"
    INTERPRETE = "interprete", "Interprète"


class ProtectionPartie(models.TextChoices):
    AUCUNE = "", "Majeur"
    MINEUR = "mineur", "Mineur"
    PROTEGE = "protege", "Majeur protégé"


class Partie(DuDossier):
    """A person, a group or an institution of a case. Everybody else reads « Partie A ».

    `scelle`: nom, telephone, courriel, adresse, remarque. `empreinte` is the keyed fingerprint of the
    exact name (`pimms.socle.chiffrement.index_exact`, salted with the point). `cle` is the sending
    form's, by `saisie_par`; a party that a transfer brought has none.
    """

    Nature = NaturePartie
    Role = RolePartie
    Protection = ProtectionPartie
    JOURNAL_TAIT = frozenset({"protection", "informee_le", "retiree_le"})

    nature = models.CharField(max_length=12, choices=Nature, default=Nature.PERSONNE)
    role = models.CharField("rôle", max_length=14, choices=Role)
    protection = models.CharField(max_length=8, choices=Protection, blank=True)
    represente = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="representants"
    )
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    empreinte = models.BinaryField(null=True, editable=False)
    cle = models.UUIDField(null=True, editable=False)
    saisie_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    informee_le = models.DateField("informée le", null=True, blank=True)
    retiree_le = models.DateField("retirée le", null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ("numero",)
        indexes = [models.Index(fields=["empreinte"], name="partie_empreinte")]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "numero"], name="partie_numero_unique"),
            models.UniqueConstraint(fields=["saisie_par", "cle"], name="partie_cle_unique"),
            models.UniqueConstraint(fields=["id", "dossier"], name="partie_id_dossier"),
            models.CheckConstraint(condition=Q(numero__range=(1, 26)), name="partie_de_a_a_z"),
            connu("nature", NaturePartie, "partie_nature_connue"),
            connu("role", RolePartie, "partie_role_connu"),
            models.CheckConstraint(
                condition=Q(protection__in=["", "mineur", "protege"]), name="partie_protection_connue"
            ),
            models.CheckConstraint(
                condition=Q(role="representant", represente__isnull=False)
                | ~Q(role="representant") & Q(represente__isnull=True),
                name="partie_represente_quelqu_un",
                violation_error_message="Dites qui cette personne représente.",
            ),
            models.CheckConstraint(
                condition=Q(represente__isnull=True) | ~Q(represente=F("pk")), name="partie_represente_autrui"
            ),
            models.CheckConstraint(
                condition=Q(partenaire__isnull=True) | Q(nature="institution"),
                name="partie_partenaire_institution",
                violation_error_message="Seule une institution est un partenaire.",
            ),
        ]

    def __str__(self) -> str:
        return self.pseudonyme

    @property
    def pseudonyme(self) -> str:
        return f"Partie {chr(ord('A') + self.numero - 1)}"

    @property
    def principale(self) -> bool:
        """Whether this party takes part in its own name: its agreement is due."""
        return self.role in (self.Role.DEMANDEUR, self.Role.AUTRE_PARTIE)

    def engagee_par(self, parole: "Consentement | None", jour: date) -> bool:
        """Whether this word is an agreement that counts on that day: of a minor or a protected adult, only
        what a representative said, who had not left by then."""
        if parole is None or parole.etat != EtatConsentement.DONNE:
            return False
        if not self.protection:
            return True
        representant = parole.donne_par
        return representant is not None and not representant.partie_avant(jour)

    def partie_avant(self, jour: date) -> bool:
        """Whether this party had left by that day (the day of its departure included)."""
        return self.retiree_le is not None and self.retiree_le <= jour


class EtatConsentement(models.TextChoices):
    DEMANDE = "demande", "Accord demandé"
    DONNE = "donne", "Accord donné"
    REFUSE = "refuse", "Accord refusé"
    RETIRE = "retire", "Accord retiré"


class FormeConsentement(models.TextChoices):
    ORAL = "oral", "à l’oral"
    ECRIT = "ecrit", "par écrit"


class Consentement(DuPoint):
    """One word of a party about the mediation itself; append-only, the last one counts (DEO-1).

    For a minor or a protected adult the representative says it (`donne_par`).
    """

    Etat = EtatConsentement
    Forme = FormeConsentement
    JOURNAL_TAIT = frozenset({"jour"})

    cle = models.UUIDField(null=True, editable=False)
    partie = models.ForeignKey(Partie, on_delete=models.PROTECT, related_name="consentements")
    etat = models.CharField(max_length=8, choices=Etat)
    forme = models.CharField(max_length=5, choices=Forme, blank=True)
    jour = models.DateField()
    donne_par = models.ForeignKey(
        Partie, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    saisi_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    saisi_le = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["saisi_par", "cle"], name="consentement_cle_unique"),
            connu("etat", EtatConsentement, "consentement_etat_connu"),
            connu("forme", FormeConsentement, "consentement_forme_connue", vide=True),
            models.CheckConstraint(
                condition=~Q(etat="donne") | ~Q(forme=""),
                name="consentement_donne_avec_forme",
                violation_error_message="Dites si l’accord est donné à l’oral ou par écrit.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_etat_display()} le {self.jour}"
