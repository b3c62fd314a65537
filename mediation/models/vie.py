"""What happens to a case: its events, waits for a third party, conflicts of interest."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accueil.models import Partenaire
from accueil.models.bases import Periode, PeriodeQuerySet, fin_apres_debut
from mediation.models.bases import DuDossier, DuPoint, connu, fini_si_date
from mediation.models.dossiers import Dossier


class RetraitDe(models.TextChoices):
    PARTIE = "partie", "Une partie"
    MEDIATEUR = "mediateur", "Le médiateur"


class NatureEvenement(models.TextChoices):
    OUVERTURE = "ouverture", "Ouverture"
    TRANSITION = "transition", "Changement d’état"
    PASSATION = "passation", "Passage à un autre médiateur"
    TRANSFERT = "transfert", "Transfert à un autre point"
    RESTRICTION = "restriction", "Accès restreint ou rouvert"
    REGISTRE = "registre", "Changement de registre"
    MODIFICATION = "modification", "Modification"


class Evenement(DuDossier):
    """What happened to a case, in order; append-only. `scelle` holds the reason (`motif`).

    A transition carries `de` and `vers`, an orientation its partner, a handing over the new person in
    charge, a retagging the registers before and after.
    """

    Nature = NatureEvenement

    nature = models.CharField(max_length=12, choices=Nature)
    le = models.DateTimeField(default=timezone.now)
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    de = models.CharField(max_length=18, blank=True)
    vers = models.CharField(max_length=18, blank=True)
    personne = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    registre_de = models.SmallIntegerField(null=True)
    registre_vers = models.SmallIntegerField(null=True)
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    retrait_de = models.CharField(max_length=9, choices=RetraitDe, blank=True)
    relais_propose = models.BooleanField(null=True)

    class Meta:
        ordering = ("numero",)
        constraints = [
            models.UniqueConstraint(fields=["dossier", "numero"], name="evenement_numero_unique"),
            models.CheckConstraint(
                condition=Q(vers="retrait", retrait_de__in=RetraitDe.values)
                | ~Q(vers="retrait") & Q(retrait_de=""),
                name="evenement_retrait_de_qui",
                violation_error_message="Dites qui se retire.",
            ),
            # DEO-5: a party leaves without a reason; a médiateur gives one and proposes a relay.
            models.CheckConstraint(
                condition=~Q(retrait_de="mediateur") | Q(scelle__isnull=False, relais_propose__isnull=False),
                name="evenement_retrait_motive",
                violation_error_message="Le médiateur qui se retire dit pourquoi et propose un relais.",
            ),
            connu("nature", NatureEvenement, "evenement_nature_connue"),
            models.CheckConstraint(
                condition=Q(nature__in=["transition"]) & ~Q(de="") & ~Q(vers="")
                | ~Q(nature__in=["transition"]) & Q(de=""),
                name="evenement_transition_complete",
            ),
            models.CheckConstraint(
                condition=~Q(nature__in=["passation", "transfert"]) | Q(scelle__isnull=False),
                name="evenement_motif_du",
                violation_error_message="Un motif est attendu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} {self.numero}"


class DeAttente(models.TextChoices):
    INSTITUTION = "institution", "une institution"
    PARTIE = "partie", "une partie"
    TIERS = "tiers", "un tiers"


class Attente(DuPoint, Periode):
    """Days during which a case waits for a third party: reminders are suspended (MEO-3)."""

    De = DeAttente
    JOURNAL_TAIT = frozenset({"relance_le"})

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="attentes")
    de = models.CharField(max_length=12, choices=De)
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    relance_le = models.DateField("relancer le")

    objects = PeriodeQuerySet.as_manager()

    class Meta:
        ordering = ("-debut",)
        constraints = [
            fin_apres_debut("attente_fin_apres_debut"),
            connu("de", DeAttente, "attente_de_connue"),
            models.CheckConstraint(
                condition=Q(relance_le__gt=F("debut")),
                name="attente_relance_apres_debut",
                violation_error_message="La relance suit le début de l’attente.",
            ),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(fin__isnull=True), name="attente_une_seule_ouverte"
            ),
        ]

    def __str__(self) -> str:
        return f"En attente depuis le {self.debut}"


class DecisionConflitInteret(models.TextChoices):
    PASSE_LA_MAIN = "passe_la_main", "Le médiateur passe la main"
    JUSTIFIE = "justifie", "Le responsable justifie la poursuite"


class ConflitInteret(DuDossier):
    """A conflict of interest declared by a médiateur: they hand over, or the manager justifies."""

    Decision = DecisionConflitInteret

    declare_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declare_le = models.DateField()
    decision = models.CharField(max_length=14, choices=Decision, blank=True)
    decide_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decide_le = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("numero",)
        constraints = [
            models.UniqueConstraint(fields=["dossier", "numero"], name="conflit_numero_unique"),
            connu("decision", DecisionConflitInteret, "conflit_decision_connue", vide=True),
            fini_si_date("decision", "decide_le", "conflit_decision_datee"),
            models.CheckConstraint(
                condition=~Q(decision="justifie") | ~Q(decide_par=F("declare_par")),
                name="conflit_justifie_par_un_autre",
                violation_error_message="Nul ne justifie son propre conflit d’intérêts.",
            ),
        ]

    def __str__(self) -> str:
        return f"Conflit d’intérêts déclaré le {self.declare_le}"
