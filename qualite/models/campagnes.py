"""Campaigns: what is audited, over which period, by whom, and where it stands.

What happened to a campaign is told by `EvenementCampagne`, only added to. A closed campaign never changes:
a correction is a successor. What these models can't say, triggers do (migration).
"""

from functools import cached_property

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accueil.models import Acces, Association
from accueil.models.bases import fin_apres_debut
from accueil.models.personnes import Role
from qualite.etats_campagne import AFNOR, CACHEES, FIGEES, FINIES, EtatCampagne, NatureCampagne
from qualite.models.constats import Evaluation
from qualite.models.referentiel import Referentiel

TEXTE_MAX = 1500  # characters
MOTIF_MAX = 500


class Echeance(models.Model):
    """A date of the certification cycle: 4 years, an audit at 2. `confirmee`: the union has confirmed it."""

    class Nature(models.TextChoices):
        INITIAL = "initial", "Audit initial"
        MI_CYCLE = "mi_cycle", "Audit de mi-cycle"
        RENOUVELLEMENT = "renouvellement", "Audit de renouvellement"

    nature = models.CharField(max_length=14, choices=Nature)
    jour = models.DateField("jour")
    confirmee = models.BooleanField("date confirmée", default=False)
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ("jour", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["jour"],
                name="echeance_jour_unique",
                violation_error_message="Une autre échéance a déjà ce jour.",
            ),
            models.CheckConstraint(
                condition=Q(nature__in=["initial", "mi_cycle", "renouvellement"]), name="echeance_connue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} {self.jour.year}"


class CampagneQuerySet(models.QuerySet["Campagne"]):
    def visibles_par(self, utilisateur):
        """Campaigns as the network's people read them: all for the union; for who looks after a point of
        the sample, once the self-evaluation was asked for and unless it was cancelled. Auditors have
        `auditees_par`."""
        portee = utilisateur.portee
        if portee.reseau:
            return self
        siennes = Campagne.objects.filter(
            Q(points__point__in=portee.points_de_responsable)
            | Q(points__point__association__in=portee.associations)
        )
        return self.filter(pk__in=siennes.values("pk")).exclude(etat__in=CACHEES)

    def auditees_par(self, utilisateur):
        """Campaigns to which this person is invited as an auditor today, each day at its own place."""
        siens = Acces.objects.filter(personne=utilisateur, role=Role.AUDITEUR, campagne_auditee__isnull=False)
        jour = timezone.localdate()
        ouverts = [
            a.pk
            for a in siens.select_related("point").order_by()
            if a.couvre(a.point.aujourdhui() if a.point else jour)
        ]
        siennes = Campagne.objects.filter(invitations__acces__in=ouverts)
        return self.filter(pk__in=siennes.values("pk")).exclude(etat=EtatCampagne.ANNULEE)


class Campagne(models.Model):
    """One campaign. `association`: narrows its scope; None for the network. `du`–`au`: the period audited.

    `debut_audit`–`fin_audit`: local days of the audit, both included. `evaluation`: the file, frozen.
    """

    Nature = NatureCampagne
    Etat = EtatCampagne

    class Decision(models.TextChoices):
        FAVORABLE = "favorable", "Favorable"
        RESERVES = "reserves", "Favorable avec réserves"
        DEFAVORABLE = "defavorable", "Défavorable"

    titre = models.CharField(max_length=120)
    nature = models.CharField("sorte", max_length=16, choices=NatureCampagne)
    referentiel = models.ForeignKey(Referentiel, on_delete=models.PROTECT, related_name="+")
    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    echeance = models.ForeignKey(
        Echeance, on_delete=models.PROTECT, null=True, blank=True, related_name="campagnes"
    )
    pilote = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    du = models.DateField("du")
    au = models.DateField("au (inclus)")
    debut_audit = models.DateField("premier jour de l’audit", null=True, blank=True)
    fin_audit = models.DateField("dernier jour de l’audit", null=True, blank=True)
    etat = models.CharField(max_length=16, choices=EtatCampagne, default=EtatCampagne.PREPARATION)
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.PROTECT, null=True, blank=True, related_name="campagnes"
    )
    decision = models.CharField(max_length=12, choices=Decision, blank=True)
    motif_decision = models.TextField(blank=True, validators=[MaxLengthValidator(TEXTE_MAX)])
    predecesseur = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successeurs", db_index=False
    )
    version = models.IntegerField(default=1)
    cle = models.UUIDField()
    creee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    creee_le = models.DateTimeField(default=timezone.now)

    objects = CampagneQuerySet.as_manager()

    class Meta:
        ordering = ("-du", "-id")
        constraints = [
            models.UniqueConstraint(fields=["creee_par", "cle"], name="campagne_cle_unique"),
            models.CheckConstraint(
                condition=Q(nature__in=NatureCampagne.values), name="campagne_nature_connue"
            ),
            models.CheckConstraint(condition=Q(etat__in=EtatCampagne.values), name="campagne_etat_connu"),
            fin_apres_debut("campagne_periode", "du", "au"),
            fin_apres_debut("campagne_jours_d_audit", "debut_audit", "fin_audit"),
            models.CheckConstraint(
                condition=Q(debut_audit__isnull=True, fin_audit__isnull=True)
                | Q(debut_audit__isnull=False, fin_audit__isnull=False),
                name="campagne_audit_borne",
                violation_error_message="Un audit a un premier et un dernier jour.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=FIGEES, evaluation__isnull=False)
                | ~Q(etat__in=FIGEES) & Q(evaluation__isnull=True),
                name="campagne_gelee_sur_une_evaluation",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["", "favorable", "reserves", "defavorable"])
                & (Q(decision="") | Q(etat__in=["decision", "close"]))
                & (~Q(etat="close") | ~Q(decision="")),
                name="campagne_decision_en_son_temps",
            ),
            models.CheckConstraint(
                condition=Q(predecesseur__isnull=True) | ~Q(predecesseur=F("pk")),
                name="campagne_succede_a_une_autre",
            ),
            models.UniqueConstraint(
                fields=["predecesseur"],
                condition=~Q(etat="annulee"),
                name="campagne_un_seul_successeur",
                violation_error_message="Cette campagne est déjà rouverte par une autre.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def afnor(self) -> bool:
        """The certifier chooses its points."""
        return self.nature in AFNOR

    @property
    def close(self) -> bool:
        return self.etat == EtatCampagne.CLOSE

    @property
    def finie(self) -> bool:
        """Closed or cancelled: nothing of it changes any more."""
        return self.etat in FINIES

    @cached_property
    def successeur(self) -> "Campagne | None":
        """The campaign that reopened this one, a cancelled one left aside."""
        return self.successeurs.exclude(etat=EtatCampagne.ANNULEE).first() if self.close else None


class EvenementCampagne(models.Model):
    """What happened to a campaign; append-only. Signatures count since the latest change of state."""

    class Nature(models.TextChoices):
        OUVERTURE = "ouverture", "créée"
        ETAT = "etat", "changement d’état"
        SIGNATURE = "signature", "clôture signée"
        REPRISE = "reprise", "rouverte par une autre"

    campagne = models.ForeignKey(
        Campagne, on_delete=models.PROTECT, related_name="evenements", db_index=False
    )
    nature = models.CharField(max_length=10, choices=Nature)
    de = models.CharField(max_length=16, choices=EtatCampagne, blank=True)
    vers = models.CharField(max_length=16, choices=EtatCampagne, blank=True)
    motif = models.CharField(max_length=MOTIF_MAX, blank=True)
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    le = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["campagne", "id"], name="evenement_campagne")]
        constraints = [
            models.CheckConstraint(
                name="evenement_campagne_connu",
                condition=Q(nature="ouverture", de="", vers="preparation")
                | Q(nature="etat") & ~Q(de="") & ~Q(vers="")
                | Q(nature="signature", de="", vers="")
                | Q(nature="reprise", de="", vers="") & ~Q(motif=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} le {self.le:%d/%m/%Y}"
