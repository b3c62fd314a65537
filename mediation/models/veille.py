"""Veille sociale et technique (register 4): alerts, passed on to partners, answered."""

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accueil.models import Commune, Partenaire
from mediation.models.bases import DuPoint, connu


class AlerteQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Alerts of the points this person may look at today."""
        portee = utilisateur.portee
        return self if portee.reseau else self.filter(point__in=portee.points_visibles())

    def modifiables_par(self, utilisateur):
        return self.filter(point__in=utilisateur.portee.points_de_saisie)


class NatureAlerte(models.TextChoices):
    BESOIN = "besoin", "Besoin des habitants"
    PANNE = "panne", "Panne ou dégradation"
    SERVICE = "service", "Service public difficile à joindre"
    CHANGEMENT = "changement", "Changement dans le quartier"
    TENSION = "tension", "Tension, incivilités"


class GraviteAlerte(models.IntegerChoices):
    FAIBLE = 1, "À signaler"
    MOYENNE = 2, "Gênant"
    FORTE = 3, "Urgent"


class Alerte(DuPoint):
    """Something seen on the ground: what, where, how serious. Its text never leaves the point."""

    Nature = NatureAlerte
    Gravite = GraviteAlerte

    cle = models.UUIDField()
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    jour = models.DateField()
    saisie_le = models.DateTimeField(default=timezone.now)
    nature = models.CharField(max_length=12, choices=Nature)
    gravite = models.SmallIntegerField("gravité", choices=Gravite, default=Gravite.MOYENNE)
    quoi = models.TextField("ce qui se passe", validators=[MaxLengthValidator(1000)])
    lieu = models.CharField(max_length=120)
    commune = models.ForeignKey(
        Commune, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    close_le = models.DateField(null=True, blank=True)
    annulee_le = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    objects = AlerteQuerySet.as_manager()

    class Meta:
        ordering = ("-jour", "-id")
        indexes = [
            models.Index(fields=["point", "-jour", "-id"], name="alerte_point"),
            # The board shows the open ones, few among years of them.
            models.Index(
                fields=["point"],
                name="alerte_ouverte",
                condition=Q(close_le__isnull=True, annulee_le__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["auteur", "cle"], name="alerte_cle_unique"),
            # A transmission belongs to the point of its alert: a foreign key on both (migration 0005).
            models.UniqueConstraint(fields=["id", "point"], name="alerte_id_point"),
            connu("nature", NatureAlerte, "alerte_nature_connue"),
            models.CheckConstraint(condition=Q(gravite__range=(1, 3)), name="alerte_gravite_connue"),
            models.CheckConstraint(
                condition=Q(close_le__isnull=True) | Q(close_le__gte=F("jour")),
                name="alerte_close_apres_jour",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} ({self.jour})"


class ReponseTransmission(models.TextChoices):
    PRISE_EN_CHARGE = "prise_en_charge", "Prise en charge"
    RESOLUE = "resolue", "Résolue"
    REFUSEE = "refusee", "Refusée"
    SANS_REPONSE = "sans_reponse", "Sans réponse après relance"


class Transmission(DuPoint):
    """An alert passed on to a partner: when, the reminder, the answer (SUI-5)."""

    Reponse = ReponseTransmission

    alerte = models.ForeignKey(Alerte, on_delete=models.PROTECT, related_name="transmissions")
    partenaire = models.ForeignKey(Partenaire, on_delete=models.PROTECT, related_name="+")
    transmise_le = models.DateField()
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    relance_le = models.DateField("relancer le")
    relancee_le = models.DateField("relancé le", null=True, blank=True)
    reponse = models.CharField("réponse", max_length=16, choices=Reponse, blank=True)
    reponse_le = models.DateField(null=True, blank=True)
    reponse_texte = models.CharField("ce qui a été répondu", max_length=300, blank=True)

    class Meta:
        ordering = ("transmise_le", "id")
        constraints = [
            models.UniqueConstraint(fields=["alerte", "partenaire"], name="transmission_unique"),
            connu("reponse", ReponseTransmission, "transmission_reponse_connue", vide=True),
            models.CheckConstraint(
                # « is not null » is said: a comparison with nothing would let the row in.
                condition=Q(reponse="", reponse_le__isnull=True)
                | ~Q(reponse="") & Q(reponse_le__isnull=False, reponse_le__gte=F("transmise_le")),
                name="transmission_reponse_datee",
                violation_error_message="La réponse suit la transmission.",
            ),
            models.CheckConstraint(
                condition=Q(relance_le__gt=F("transmise_le")),
                name="transmission_relance_apres",
                violation_error_message="La relance suit la transmission.",
            ),
            models.CheckConstraint(
                condition=Q(relancee_le__isnull=True) | Q(relancee_le__gte=F("transmise_le")),
                name="transmission_relancee_apres",
                violation_error_message="La relance suit la transmission.",
            ),
        ]

    def __str__(self) -> str:
        return f"Transmise le {self.transmise_le}"
