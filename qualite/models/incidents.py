"""Safety incidents: what happened to whom works here, and what was done about it (ORG-8)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from mediation.models.bases import connu
from qualite.models.ecrits import EcritQuerySet, EcritScelle, effacement_motive


class IncidentQuerySet(EcritQuerySet):
    def _lisible(self, utilisateur) -> Q:
        """The manager and the direction, and who reported it as long as they work there."""
        sien = Q(auteur=utilisateur, point__in=utilisateur.portee.points_de_role)
        return super()._lisible(utilisateur) | sien


class LieuIncident(models.TextChoices):
    ACCUEIL = "accueil", "À l’accueil"
    BUREAU = "bureau", "Dans un bureau"
    ABORDS = "abords", "Aux abords du point"
    TERRAIN = "terrain", "Sur le terrain"
    TRANSPORT = "transport", "Dans les transports"
    DISTANCE = "distance", "Au téléphone, en ligne"


class NatureIncident(models.TextChoices):
    INCIVILITE = "incivilite", "Incivilité"
    MENACE = "menace", "Menace"
    AGRESSION = "agression", "Agression"
    DEGRADATION = "degradation", "Vol, dégradation"
    ACCIDENT = "accident", "Accident"


class GraviteIncident(models.IntegerChoices):
    FAIBLE = 1, "Sans suite visible"
    MOYENNE = 2, "A touché quelqu’un"
    FORTE = 3, "Grave"


class SuiteIncident(models.TextChoices):
    ECOUTE = "ecoute", "La personne a été écoutée"
    PSYCHOLOGUE = "psychologue", "Un soutien extérieur est proposé"
    DECLARATION = "declaration", "Accident du travail déclaré"
    PLAINTE = "plainte", "Plainte ou main courante"
    EQUIPE = "equipe", "Repris en équipe"
    PREVENTION = "prevention", "Une mesure évite que cela recommence"


class Incident(EcritScelle):
    """An incident. `scelle`: `texte`, `mesures`. `suivi_le`: the day on which it was seen to."""

    Lieu = LieuIncident
    Nature = NatureIncident
    Gravite = GraviteIncident
    Suite = SuiteIncident

    jour = models.DateField()
    lieu = models.CharField(max_length=10, choices=Lieu)
    nature = models.CharField(max_length=12, choices=Nature)
    gravite = models.SmallIntegerField("gravité", choices=Gravite)
    suites = ArrayField(models.CharField(max_length=12, choices=Suite), default=list, blank=True)
    suivi_le = models.DateField("suivi le", null=True, blank=True)
    suivi_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["point", "-id"], name="incident_point")]
        constraints = [
            models.UniqueConstraint(fields=["auteur", "cle"], name="incident_cle_unique"),
            effacement_motive("incident"),
            connu("lieu", LieuIncident, "incident_lieu_connu"),
            connu("nature", NatureIncident, "incident_nature_connue"),
            models.CheckConstraint(condition=Q(gravite__range=(1, 3)), name="incident_gravite_connue"),
            models.CheckConstraint(
                condition=Q(suites__contained_by=SuiteIncident.values), name="incident_suites_connues"
            ),
            models.CheckConstraint(
                condition=Q(suivi_le__isnull=True, suivi_par__isnull=True, suites__len=0)
                | Q(
                    suivi_le__isnull=False,
                    suivi_par__isnull=False,
                    suivi_le__gte=F("jour"),
                    suites__len__gte=1,
                ),
                name="incident_suite_datee",
                violation_error_message="La suite vient après l’incident.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} ({self.jour})"
