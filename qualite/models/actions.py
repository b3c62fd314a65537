"""Corrective actions: what is wrong, why, what is done, by whom, until when, and whether it worked.

Texts are in clear: they speak of the organisation, and the union reads them. What happened to an action
is told by `EvenementAction`, only added to. What these models can't say, triggers do (migration).
"""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from accueil.models import Association, PointAccueil
from accueil.models.points import FUSEAUX
from qualite.etats_action import EN_TRAVAIL, OUVERTES, EtatAction
from qualite.models.referentiel import Niveau

TEXTE_MAX = 1500  # characters
MOTIF_MAX = 500
_SANS_SUITE = Q(
    realisee_le__isnull=True,
    realisee_par__isnull=True,
    verifiee_le__isnull=True,
    verifiee_par__isnull=True,
    close_le__isnull=True,
)
_SANS_VERIFICATION = Q(verifiee_le__isnull=True, verifiee_par__isnull=True, close_le__isnull=True)
_REALISEE = Q(realisee_le__isnull=False, realisee_par__isnull=False)
_VERIFIEE = _REALISEE & Q(verifiee_le__isnull=False, verifiee_par__isnull=False)


class Provenance(models.TextChoices):
    CONSTAT = "constat", "un constat"
    AUDIT = "audit", "un audit"
    EQUIPE = "equipe", "l’équipe"


def jour_du_sujet() -> Case:
    """Today where a row belongs: its point's own day, else Paris's."""
    ici = timezone.localdate()
    jours = {f: timezone.localdate(timezone=ZoneInfo(f)) for f, _ in FUSEAUX}
    ailleurs = [When(point__fuseau=f, then=Value(j)) for f, j in jours.items() if j != ici]
    return Case(*ailleurs, default=Value(ici), output_field=models.DateField())


class ActionCorrectiveQuerySet(models.QuerySet["ActionCorrective"]):
    def visibles_par(self, utilisateur):
        """Actions that someone may read.

        The network's and one's association's: any reader. A point's: who works there or looks after it,
        and who is asked to verify it, from another point of the association.
        """
        portee = utilisateur.portee
        if portee.reseau:
            return self
        points = PointAccueil.objects.visibles_par(utilisateur)
        associations = points.values("association")
        return self.filter(
            Q(niveau=Niveau.RESEAU)
            | Q(association__in=associations)
            | Q(association__in=portee.associations)
            | Q(point__in=points)
            | Q(verificateur=utilisateur, point__association__in=associations)
        )

    def ouvertes(self):
        return self.filter(etat__in=OUVERTES)


class ActionCorrective(models.Model):
    """One action for a point, an association or the network. Days are local to the point, else Paris's.

    `echeance`: the day, included, by which it is to be closed, its effect verified. `exigence`: the code
    of the requirement; `verdict` and `phrase`: what its finding said when the action was opened.
    """

    Etat = EtatAction

    niveau = models.CharField(max_length=12, choices=Niveau)
    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    point = models.ForeignKey(
        PointAccueil, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    provenance = models.CharField(max_length=8, choices=Provenance)
    exigence = models.CharField(max_length=12, blank=True)
    verdict = models.CharField(max_length=18, blank=True)
    phrase = models.CharField(max_length=300, blank=True)
    titre = models.CharField(max_length=120)
    description = models.TextField("ce qui ne va pas", validators=[MaxLengthValidator(TEXTE_MAX)])
    cause = models.TextField(blank=True, validators=[MaxLengthValidator(TEXTE_MAX)])
    correction = models.TextField(blank=True, validators=[MaxLengthValidator(TEXTE_MAX)])
    mesure = models.TextField("action corrective", blank=True, validators=[MaxLengthValidator(TEXTE_MAX)])
    pilote = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verificateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ouverte_le = models.DateField()
    echeance = models.DateField("échéance")
    echeance_initiale = models.DateField()
    etat = models.CharField(max_length=10, choices=EtatAction, default=EtatAction.A_FAIRE)
    realisee_le = models.DateField(null=True, blank=True)
    realisee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    verifiee_le = models.DateField(null=True, blank=True)
    verifiee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    close_le = models.DateField(null=True, blank=True)
    version = models.IntegerField(default=1)
    cle = models.UUIDField()
    creee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    creee_le = models.DateTimeField(default=timezone.now)

    objects = ActionCorrectiveQuerySet.as_manager()

    class Meta:
        ordering = ("echeance", "id")
        indexes = [
            models.Index(fields=["point", "echeance", "id"], name="corrective_point"),
            models.Index(fields=["echeance", "id"], name="corrective_echeance"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["creee_par", "cle"], name="corrective_cle_unique"),
            models.CheckConstraint(condition=Q(etat__in=EtatAction.values), name="corrective_etat_connu"),
            models.CheckConstraint(
                condition=Q(provenance__in=Provenance.values) & (~Q(provenance="constat") | ~Q(exigence="")),
                name="corrective_d_un_constat",
                violation_error_message="Dites de quelle exigence vient le constat.",
            ),
            models.CheckConstraint(
                name="corrective_niveau_et_objet",
                condition=Q(niveau="reseau", association__isnull=True, point__isnull=True)
                | Q(niveau="association", association__isnull=False, point__isnull=True)
                | Q(niveau="point", association__isnull=True, point__isnull=False),
            ),
            models.CheckConstraint(
                name="corrective_etat_et_dates",
                condition=Q(etat__in=[*EN_TRAVAIL, EtatAction.ANNULEE]) & _SANS_SUITE
                | Q(
                    etat="realisee",
                    verifiee_le__isnull=True,
                    verifiee_par__isnull=True,
                    close_le__isnull=True,
                )
                & _REALISEE
                | Q(etat__in=["efficace", "inefficace"], close_le__isnull=True) & _VERIFIEE
                | Q(etat="close", close_le__isnull=False) & _VERIFIEE,
            ),
            models.CheckConstraint(
                name="corrective_jours_ordonnes",
                condition=Q(echeance__gte=F("ouverte_le"), echeance_initiale__gte=F("ouverte_le"))
                & (Q(realisee_le__isnull=True) | Q(realisee_le__gte=F("ouverte_le")))
                & (Q(verifiee_le__isnull=True) | Q(verifiee_le__gt=F("realisee_le")))
                & (Q(close_le__isnull=True) | Q(close_le__gte=F("verifiee_le"))),
                violation_error_message="La vérification vient un autre jour que la réalisation, après elle.",
            ),
            models.CheckConstraint(
                name="corrective_verifiee_par_un_autre",
                condition=Q(verifiee_par__isnull=True)
                | ~Q(verifiee_par=F("pilote")) & ~Q(verifiee_par=F("realisee_par")),
                violation_error_message="Ni le pilote ni qui a réalisé l’action ne la vérifie.",
            ),
            models.CheckConstraint(
                name="corrective_verificateur_autre",
                condition=Q(verificateur__isnull=True) | ~Q(verificateur=F("pilote")),
                violation_error_message="Le pilote ne vérifie pas sa propre action.",
            ),
            models.CheckConstraint(
                name="corrective_realisee_avec_sa_cause",
                condition=Q(realisee_le__isnull=True) | ~Q(cause="") & ~Q(mesure=""),
                violation_error_message="Dites d’abord la cause et l’action corrective.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def sujet(self) -> str:
        """What it is about, in words."""
        return str(self.point or self.association or "le réseau")

    @property
    def ouverte(self) -> bool:
        return self.etat in OUVERTES

    @property
    def reportee(self) -> bool:
        return self.echeance != self.echeance_initiale

    def aujourdhui(self) -> date:
        """The local day of its point, else Paris's."""
        return self.point.aujourdhui() if self.point else timezone.localdate()

    @property
    def en_retard(self) -> bool:
        return self.ouverte and self.echeance < self.aujourdhui()


class EvenementAction(models.Model):
    """What happened to an action, append-only. `motif` also holds what a verification found.

    `jour`: when it took place, where that is not the day of the entry; `echeance`: the due date from then on.
    """

    class Nature(models.TextChoices):
        OUVERTURE = "ouverture", "ouverte"
        ETAT = "etat", "changement d’état"
        REPORT = "report", "échéance déplacée"
        PILOTE = "pilote", "confiée à un autre pilote"
        MODIFICATION = "modification", "textes modifiés"

    action = models.ForeignKey(
        ActionCorrective, on_delete=models.PROTECT, related_name="evenements", db_index=False
    )
    nature = models.CharField(max_length=12, choices=Nature)
    de = models.CharField(max_length=10, choices=EtatAction, blank=True)
    vers = models.CharField(max_length=10, choices=EtatAction, blank=True)
    jour = models.DateField(null=True)
    avant = models.DateField(null=True)
    echeance = models.DateField(null=True)
    pilote = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    motif = models.CharField(max_length=MOTIF_MAX, blank=True)
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    le = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["action", "id"], name="evenement_action")]
        constraints = [
            models.CheckConstraint(
                name="evenement_action_connu",
                condition=Q(nature="ouverture", vers="a_faire", echeance__isnull=False, pilote__isnull=False)
                | Q(nature="etat", echeance__isnull=True) & ~Q(de="") & ~Q(vers="")
                | Q(nature="report", vers="", echeance__isnull=False, avant__isnull=False) & ~Q(motif="")
                | Q(nature="pilote", vers="", echeance__isnull=True, pilote__isnull=False)
                | Q(nature="modification", vers="", echeance__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} le {self.le:%d/%m/%Y}"


class RappelAction(models.Model):
    """A reminder sent before a due date; its key makes it unique."""

    action = models.ForeignKey(ActionCorrective, on_delete=models.PROTECT, related_name="+", db_index=False)
    echeance = models.DateField()
    palier = models.SmallIntegerField()  # days before it: 30, 7 or 1
    le = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "echeance", "palier"], name="rappel_action_une_fois")
        ]

    def __str__(self) -> str:
        return f"Rappel à {self.palier} jours"
