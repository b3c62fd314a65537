"""Cases (dossiers), who is in charge of them, who may read them."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accueil.models import Demande, Partenaire, Theme
from accueil.registres import CHOIX as REGISTRES
from mediation.etats import ACTIFS, CHOIX_ISSUE, ISSUES, ISSUES_SUIVIES, OUVERTS, TRANSFERT, Etat
from mediation.models.bases import DuPoint, connu
from pimms.socle.chiffrement import Coffre
from pimms.socle.models import CleDonnees

A_REVOIR_APRES = 60  # days without a step (MEO-3, « à valider »)


class Compteur(DuPoint):
    """Last number given to a case of a point in a year; its row is locked while one is given."""

    annee = models.SmallIntegerField()
    dernier = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["point", "annee"], name="compteur_unique")]

    def __str__(self) -> str:
        return f"{self.annee} : {self.dernier}"


class DossierQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Cases this person may know of: those of one's points that are not restricted to others,
        and, under pseudonyms, all those of one's association or of the network.

        The manager knows that a restricted case exists, and reads it under pseudonyms.
        """
        portee = utilisateur.portee
        if portee.reseau:
            return self
        return self.filter(
            self.lisibles(utilisateur)
            | Q(point__in=portee.points_de_responsable)
            | Q(point__in=portee.points_de_role, anonymise_le__isnull=False, restreint=False)
            | Q(point__association__in=portee.associations)
        )

    def visibles_aux_points(self, utilisateur, points):
        """The same at these points alone, without looking for what cases of theirs one may know where it is
        all of them."""
        portee, dossiers = utilisateur.portee, self.filter(point__in=[point.pk for point in points])
        if all(
            point.pk in portee.points_de_responsable or portee.lit_l_association(point.association_id)
            for point in points
        ):
            return dossiers
        return dossiers.visibles_par(utilisateur)

    def lisibles_par(self, utilisateur):
        """Cases whose identities and texts this person reads: a role at that very point, and named
        where the case is restricted."""
        return self.filter(self.lisibles(utilisateur))

    @staticmethod
    def lisibles(utilisateur) -> Q:
        """Nobody reads a case that was anonymised: what is left of it are codes."""
        nommes = Lecteur.objects.filter(personne=utilisateur).values("dossier")
        return Q(point__in=utilisateur.portee.points_de_role, anonymise_le__isnull=True) & (
            Q(restreint=False) | Q(mediateur=utilisateur) | Q(pk__in=nommes)
        )

    @staticmethod
    def en_cours() -> Q:
        """Cases still to be looked after: not closed, and not left so long that they were anonymised."""
        return Q(etat__in=ACTIFS, anonymise_le__isnull=True)

    def actifs(self):
        return self.filter(self.en_cours())

    def termines(self):
        return self.exclude(self.en_cours())


class UrgenceDossier(models.TextChoices):
    NORMALE = "normale", "Normale"
    RAPIDE = "rapide", "À traiter dans la semaine"
    IMMEDIATE = "immediate", "À traiter aujourd’hui"


class OrigineDossier(models.TextChoices):
    PERSONNE = "personne", "La personne elle-même"
    INSTITUTION = "institution", "Une institution ou un partenaire"
    TEMOIN = "temoin", "Un témoin, un proche"
    NOUS = "nous", "Nous-mêmes"


class Dossier(DuPoint):
    """A mediation case. One principal register; days are local to the point.

    `scelle` holds subject and institution under the case's own key. A transfer closes here and
    opens a successor there (`predecesseur`); a case is never deleted by a person.
    """

    Urgence = UrgenceDossier
    Origine = OrigineDossier

    reference = models.CharField(max_length=24, unique=True)
    annee = models.SmallIntegerField()
    numero = models.IntegerField()
    cle = models.UUIDField()
    cle_donnees = models.OneToOneField(CleDonnees, on_delete=models.PROTECT, related_name="+")
    ouvert_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ouvert_le = models.DateField()
    cree_le = models.DateTimeField(default=timezone.now)
    mediateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="dossiers", verbose_name="médiateur"
    )
    registre = models.SmallIntegerField(choices=REGISTRES)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="+", db_index=False)
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    urgence = models.CharField(max_length=10, choices=Urgence, default=Urgence.NORMALE)
    origine = models.CharField(max_length=12, choices=Origine, default=Origine.PERSONNE)
    demande = models.ForeignKey(
        Demande, on_delete=models.PROTECT, null=True, blank=True, related_name="dossiers"
    )
    predecesseur = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successeur"
    )
    restreint = models.BooleanField(default=False)
    etat = models.CharField(max_length=18, choices=Etat, default=Etat.DEMANDE)
    issue = models.CharField(max_length=12, choices=CHOIX_ISSUE, blank=True)
    clos_le = models.DateField(null=True, blank=True)
    version = models.IntegerField(default=1)
    # Highest letter of a party taken out: never given again, for an old page may still name it.
    derniere_otee = models.SmallIntegerField(default=0, db_default=0)
    scelle = models.BinaryField(null=True, editable=False)
    anonymise_le = models.DateField("anonymisé le", null=True, blank=True, editable=False)

    objects = DossierQuerySet.as_manager()

    class Meta:
        ordering = ("-ouvert_le", "-id")
        verbose_name = "dossier de médiation"
        verbose_name_plural = "dossiers de médiation"
        indexes = [
            models.Index(fields=["point", "-ouvert_le", "-id"], name="dossier_point"),
            models.Index(fields=["mediateur", "etat"], name="dossier_mediateur"),
            models.Index(fields=["ouvert_le", "point", "registre"], name="dossier_registre"),
            # What a dashboard counts of a year among those of ten: cases of today, cases closed since.
            models.Index(
                fields=["point"],
                condition=Q(etat__in=ACTIFS, anonymise_le__isnull=True),
                name="dossier_en_cours",
            ),
            models.Index(
                fields=["point", "clos_le"], condition=Q(clos_le__isnull=False), name="dossier_clos"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["point", "annee", "numero"], name="dossier_numero_unique"),
            models.UniqueConstraint(fields=["ouvert_par", "cle"], name="dossier_cle_unique"),
            models.UniqueConstraint(fields=["id", "point"], name="dossier_id_point"),
            models.CheckConstraint(condition=Q(registre__range=(1, 8)), name="dossier_registre_1_a_8"),
            connu("urgence", UrgenceDossier, "dossier_urgence_connue"),
            connu("origine", OrigineDossier, "dossier_origine_connue"),
            connu("etat", Etat, "dossier_etat_connu"),
            models.CheckConstraint(
                condition=Q(etat__in=OUVERTS, issue="")
                | Q(etat__in=ISSUES, issue=F("etat"))
                | Q(etat=Etat.SUIVI, issue__in=ISSUES_SUIVIES)
                | Q(etat=Etat.CLOS, issue__in=[*ISSUES, TRANSFERT]),
                name="dossier_issue_selon_etat",
            ),
            models.CheckConstraint(
                condition=Q(etat=Etat.CLOS, clos_le__isnull=False)
                | ~Q(etat=Etat.CLOS) & Q(clos_le__isnull=True),
                name="dossier_clos_date",
            ),
            models.CheckConstraint(
                condition=Q(clos_le__isnull=True) | Q(clos_le__gte=F("ouvert_le")),
                name="dossier_clos_apres_ouverture",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @cached_property
    def coffre(self) -> Coffre:
        return self.cle_donnees.coffre

    def sceller(self, valeurs: dict[str, Any]) -> None:
        """Seal `objet` (subject) and `institution`."""
        self.scelle = self.coffre.sceller_valeurs("dossier", valeurs)

    def valeurs(self) -> dict[str, Any]:
        """Open the subject. Go through `mediation.lecture`, which checks who reads."""
        return self.coffre.ouvrir_valeurs("dossier", self.scelle)

    @property
    def actif(self) -> bool:
        return self.etat != Etat.CLOS and self.anonymise_le is None


class Lecteur(DuPoint):
    """A person named to read a restricted case, besides the one in charge."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="lecteurs", db_index=False)
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "personne"], name="lecteur_unique")]

    def __str__(self) -> str:
        return f"{self.personne}"
