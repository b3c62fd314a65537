"""Field and collective actions (registers 1, 6, 7, 8), planned on a calendar, then reported."""

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accueil.models import Commune, Partenaire
from accueil.models.visites import Genre, TrancheAge
from accueil.registres import CHOIX as REGISTRES
from mediation.models.bases import DuPoint, connu

TEXTE_MAX = 2000  # characters
NOMBRE_MAX = 10_000  # people


class ActionQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Actions of the points this person may look at today."""
        portee = utilisateur.portee
        return self if portee.reseau else self.filter(point__in=portee.points_visibles())

    def modifiables_par(self, utilisateur):
        """Actions of the points where this person works."""
        return self.filter(point__in=utilisateur.portee.points_de_saisie)


class NatureAction(models.TextChoices):
    TOURNEE = "tournee", "Tournée"
    PRESENCE = "presence", "Présence dans le quartier ou les transports"
    PERMANENCE = "permanence", "Permanence chez un partenaire"
    CONCERTATION = "concertation", "Concertation"
    PROJET = "projet", "Projet collectif"
    ETAPE_PROJET = "etape_projet", "Étape d’un projet"
    ATELIER = "atelier", "Atelier"
    FORMATION = "formation", "Formation"
    CAMPAGNE = "campagne", "Campagne d’information"


class EtatAction(models.TextChoices):
    PREVUE = "prevue", "Prévue"
    FAITE = "faite", "Faite"
    ANNULEE = "annulee", "Annulée"


class Action(DuPoint):
    """One action: planned (`prevue`), reported (`faite`) or cancelled with a reason.

    `jour` and hours are local to the point. `passages`: people met, participants' counts apart in
    `Participation`. Free text never leaves the point. A step of a project is an action too.
    """

    Nature = NatureAction
    Etat = EtatAction

    cle = models.UUIDField()
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    saisie_le = models.DateTimeField(default=timezone.now)
    nature = models.CharField(max_length=14, choices=Nature)
    registre = models.SmallIntegerField(choices=REGISTRES)
    titre = models.CharField(max_length=120)
    lieu = models.CharField(max_length=120, blank=True)
    commune = models.ForeignKey(
        Commune, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    partenaires = models.ManyToManyField(Partenaire, blank=True, related_name="actions")
    equipe = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="actions")
    projet = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="etapes")
    jour = models.DateField()
    jour_fin = models.DateField("jusqu’au", null=True, blank=True)
    debut = models.TimeField("de", null=True, blank=True)
    fin = models.TimeField("à", null=True, blank=True)
    etat = models.CharField(max_length=8, choices=Etat, default=Etat.PREVUE)
    passages = models.IntegerField(null=True, blank=True)
    observations = models.TextField(blank=True, validators=[MaxLengthValidator(TEXTE_MAX)])
    motif_annulation = models.CharField("motif", max_length=200, blank=True)
    satisfaits = models.JSONField(null=True, blank=True)
    rapportee_le = models.DateTimeField(null=True, blank=True)
    retard = models.SmallIntegerField(default=0)
    version = models.IntegerField(default=1)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ("-jour", "-id")
        indexes = [
            models.Index(fields=["point", "-jour", "-id"], name="action_point"),
            models.Index(fields=["jour", "point", "registre"], name="action_registre"),
            # Those that wait for their report are few among years of them.
            models.Index(fields=["point", "jour"], name="action_due", condition=Q(etat="prevue")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["auteur", "cle"], name="action_cle_unique"),
            # A step belongs to the point of its project: a foreign key on both (migration 0005).
            models.UniqueConstraint(fields=["id", "point"], name="action_id_point"),
            connu("nature", NatureAction, "action_nature_connue"),
            connu("etat", EtatAction, "action_etat_connu"),
            models.CheckConstraint(condition=Q(registre__range=(1, 8)), name="action_registre_1_a_8"),
            models.CheckConstraint(
                condition=Q(debut__isnull=True) | Q(fin__isnull=True) | Q(fin__gt=F("debut")),
                name="action_heures_ordonnees",
                violation_error_message="La fin précède le début.",
            ),
            models.CheckConstraint(
                condition=Q(jour_fin__isnull=True) | Q(jour_fin__gte=F("jour")),
                name="action_jours_ordonnes",
                violation_error_message="La fin précède le début.",
            ),
            models.CheckConstraint(
                condition=Q(passages__isnull=True) | Q(passages__range=(0, NOMBRE_MAX)),
                name="action_passages_bornes",
            ),
            models.CheckConstraint(
                condition=Q(etat="annulee") & ~Q(motif_annulation="")
                | ~Q(etat="annulee") & Q(motif_annulation=""),
                name="action_annulee_avec_motif",
                violation_error_message="Dites pourquoi l’action est annulée.",
            ),
            models.CheckConstraint(
                condition=Q(etat="faite", rapportee_le__isnull=False)
                | ~Q(etat="faite") & Q(rapportee_le__isnull=True),
                name="action_faite_rapportee",
            ),
            models.CheckConstraint(
                condition=Q(nature="etape_projet", projet__isnull=False) | ~Q(nature="etape_projet"),
                name="action_etape_d_un_projet",
                violation_error_message="Dites de quel projet c’est une étape.",
            ),
            models.CheckConstraint(
                condition=Q(projet__isnull=True) | ~Q(nature="projet"), name="action_projet_sans_projet"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.titre} ({self.jour})"


# The register that each kind of action belongs to, unless a manager and its author agree on another.
REGISTRE_DE = {
    Action.Nature.TOURNEE: 1,
    Action.Nature.PRESENCE: 1,
    Action.Nature.PERMANENCE: 1,
    Action.Nature.CONCERTATION: 6,
    Action.Nature.PROJET: 7,
    Action.Nature.ETAPE_PROJET: 7,
    Action.Nature.ATELIER: 8,
    Action.Nature.FORMATION: 8,
    Action.Nature.CAMPAGNE: 8,
}


class Participation(models.Model):
    """Participants of an action as a count, by age and genre (both may be unknown)."""

    action = models.ForeignKey(
        Action, on_delete=models.CASCADE, related_name="participations", db_index=False
    )
    tranche_age = models.CharField(max_length=5, choices=TrancheAge, default=TrancheAge.NC)
    genre = models.CharField(max_length=5, choices=Genre, default=Genre.NC)
    nombre = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "tranche_age", "genre"], name="participation_unique"),
            models.CheckConstraint(
                condition=Q(nombre__range=(1, NOMBRE_MAX)), name="participation_nombre_borne"
            ),
            connu("tranche_age", TrancheAge, "participation_age_connu"),
            connu("genre", Genre, "participation_genre_connu"),
        ]

    def __str__(self) -> str:
        return f"{self.nombre}"
