"""Complaints: received somehow, about something, answered by a day (MEO-6)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from mediation.models.bases import connu
from qualite.models.ecrits import Saisine, SaisineQuerySet, contraintes


class ReclamationQuerySet(SaisineQuerySet):
    def _lisible(self, utilisateur) -> Q:
        """Direction; manager of the point, unless it goes to the direction; who noted or handles it there.

        A complaint about the manager is never read by a manager of that point, not even one who noted it.
        """
        portee = utilisateur.portee
        direction = Q(point__association__in=portee.associations)
        encadre = Q(point__in=portee.points_de_responsable)
        sienne = (Q(auteur=utilisateur) | Q(instructeur=utilisateur)) & Q(point__in=portee.points_de_role)
        return direction | encadre & Q(a_la_direction=False) | sienne & ~(encadre & Q(a_la_direction=True))


class CanalReclamation(models.TextChoices):
    SUR_PLACE = "sur_place", "Sur place"
    TELEPHONE = "telephone", "Par téléphone"
    COURRIEL = "courriel", "Par courriel"
    COURRIER = "courrier", "Par courrier"
    PARTENAIRE = "partenaire", "Par un partenaire"


class ObjetReclamation(models.TextChoices):
    SERVICE = "service", "Le service rendu"
    ACCUEIL = "accueil", "L’accueil, l’attente"
    DECISION = "decision", "Une décision"
    MEDIATEUR = "mediateur", "Un médiateur"
    RESPONSABLE = "responsable", "Le responsable du point"


class IssueReclamation(models.TextChoices):
    FONDEE = "fondee", "Fondée"
    EN_PARTIE = "en_partie", "Fondée en partie"
    NON_FONDEE = "non_fondee", "Non fondée"
    SANS_SUITE = "sans_suite", "Retirée par la personne"


class Reclamation(Saisine):
    """A complaint. `scelle`: `texte`, `personne`, `reponse`, `motif` (of a prolongation)."""

    Canal = CanalReclamation
    Objet = ObjetReclamation
    Issue = IssueReclamation

    canal = models.CharField(max_length=12, choices=Canal)
    objet = models.CharField(max_length=12, choices=Objet)
    a_la_direction = models.BooleanField("traitée par la direction", default=False)
    instructeur = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="suivie par",
    )
    issue = models.CharField(max_length=12, choices=Issue, blank=True)

    objects = ReclamationQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name = "réclamation"
        indexes = [models.Index(fields=["point", "-id"], name="reclamation_point")]
        constraints = [
            *contraintes("reclamation", IssueReclamation),
            connu("canal", CanalReclamation, "reclamation_canal_connu"),
            connu("objet", ObjetReclamation, "reclamation_objet_connu"),
            models.CheckConstraint(
                condition=~Q(objet="responsable") | Q(a_la_direction=True),
                name="reclamation_responsable_a_la_direction",
            ),
        ]

    def __str__(self) -> str:
        return f"Réclamation {self.pk}"
