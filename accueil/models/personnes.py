"""People, their dated roles (`Acces`) and absences."""

from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accueil.models.bases import Periode, PeriodeQuerySet, Relu, exclusion, fin_apres_debut
from pimms.socle.textes import cle_tri


class UtilisateurManager(BaseUserManager["Utilisateur"]):
    def create_user(self, email: str, password: str | None = None, **champs) -> "Utilisateur":
        utilisateur = self.model(email=self.normalize_email(email).lower(), **champs)
        utilisateur.set_password(password)
        utilisateur.save(using=self._db)
        return utilisateur

    def create_superuser(self, email: str, password: str | None = None, **champs) -> "Utilisateur":
        return self.create_user(email, password, is_superuser=True, is_staff=True, **champs)

    def get_by_natural_key(self, username: str | None) -> "Utilisateur":
        return self.get(email__iexact=username)


class Utilisateur(Relu, AbstractBaseUser, PermissionsMixin):
    """A person who may log in, by e-mail. Rights come from `Acces` rows, never from here."""

    email = models.EmailField("adresse électronique", unique=True)
    prenom = models.CharField("prénom", max_length=60)
    nom = models.CharField("nom", max_length=60)
    nom_tri = models.CharField(max_length=130, editable=False)
    is_active = models.BooleanField("compte actif", default=True)
    is_staff = models.BooleanField("accès à l’administration", default=False)
    cree_le = models.DateTimeField("créé le", default=timezone.now, editable=False)

    objects = UtilisateurManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["prenom", "nom"]

    class Meta:
        ordering = ("nom_tri", "id")
        verbose_name = "personne"
        constraints = [models.UniqueConstraint(Lower("email"), name="personne_email_unique")]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}".strip() or self.email

    def save(self, *args, **kwargs):
        self.nom_tri = cle_tri(f"{self.nom} {self.prenom}")
        super().save(*args, **kwargs)

    @property
    def initiales(self) -> str:
        return (self.prenom[:1] + self.nom[:1]).upper() or self.email[:1].upper()

    @cached_property
    def portee(self):
        """What this person may see today, read once a request (`accueil.acces.Portee`)."""
        from accueil.acces import Portee  # noqa: PLC0415 — that module stands on these models

        return Portee.de(self)


class Role(models.TextChoices):
    MEDIATEUR = "mediateur", "médiateur"
    RESPONSABLE = "responsable", "responsable de point"
    DIRECTION = "direction", "direction d’association"
    UNION = "union", "union nationale"
    REFERENT_QUALITE = "referent_qualite", "référent qualité de l’union"
    AUDITEUR = "auditeur", "auditeur"


ROLES_DE_POINT = (Role.MEDIATEUR, Role.RESPONSABLE)
ROLES_DU_RESEAU = (Role.UNION, Role.REFERENT_QUALITE)


class Origine(models.TextChoices):
    EQUIPE = "equipe", "responsable du point"
    UNION = "union", "union nationale"
    LISTE = "liste", "liste importée"
    DELEGATION = "delegation", "délégation"
    CAMPAGNE = "campagne", "campagne d’audit"
    SYSTEME = "systeme", "mise en service"


class AccesQuerySet(PeriodeQuerySet):
    def au_point(self, point):
        """Rows that act at a point: the point's own and its association's, not the network's."""
        return self.filter(Q(point=point) | Q(association=point.association_id))


class Acces(Periode):
    """A dated role: a person, a role, a scope (point, association or the whole network).

    One person may hold several rows (two points, left and came back). The same role in the same
    scope never overlaps itself, so that counting people of a period counts each once.

    `quotite`: share of a full-time post that the person works at that point in that role; None: not said.
    """

    personne = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="acces")
    role = models.CharField("rôle", max_length=20, choices=Role)
    point = models.ForeignKey(
        "accueil.PointAccueil", on_delete=models.PROTECT, null=True, blank=True, related_name="acces"
    )
    association = models.ForeignKey(
        "accueil.Association", on_delete=models.PROTECT, null=True, blank=True, related_name="acces"
    )
    origine = models.CharField(max_length=20, choices=Origine)
    quotite = models.PositiveSmallIntegerField("temps de travail, en %", null=True, blank=True)
    accorde_par = models.ForeignKey(
        Utilisateur,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="accordé par",
    )
    cree_le = models.DateTimeField("créé le", default=timezone.now, editable=False)

    objects = AccesQuerySet.as_manager()

    class Meta:
        ordering = ("debut", "id")
        verbose_name = "accès"
        verbose_name_plural = "accès"
        constraints = [
            fin_apres_debut("acces_fin_apres_debut"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="acces_role_connu"),
            models.CheckConstraint(
                condition=Q(role__in=ROLES_DE_POINT, point__isnull=False, association__isnull=True)
                | Q(role=Role.DIRECTION, point__isnull=True, association__isnull=False)
                | Q(role__in=ROLES_DU_RESEAU, point__isnull=True, association__isnull=True)
                | Q(role=Role.AUDITEUR) & (Q(point__isnull=True) | Q(association__isnull=True)),
                name="acces_portee_du_role",
            ),
            models.CheckConstraint(
                condition=~Q(origine=Origine.CAMPAGNE) | Q(fin__isnull=False, role=Role.AUDITEUR),
                name="acces_de_campagne_borne",
                violation_error_message="L’accès d’un auditeur a toujours un dernier jour.",
            ),
            models.CheckConstraint(
                condition=Q(quotite__isnull=True)
                | Q(quotite__range=(1, 100), role__in=ROLES_DE_POINT) & ~Q(origine=Origine.DELEGATION),
                name="acces_temps_de_travail",
                violation_error_message="Un temps de travail va de 1 à 100\u202f%, pour un poste.",
            ),
            models.CheckConstraint(
                condition=Q(accorde_par__isnull=True) | ~Q(accorde_par=F("personne")),
                name="acces_jamais_a_soi_meme",
                violation_error_message="Nul ne s’accorde un accès à soi-même.",
            ),
            *(
                ExclusionConstraint(
                    name=f"acces_{role}_sans_recouvrement",
                    expressions=exclusion("personne", "point", "association"),
                    condition=Q(role=role),
                    violation_error_message="Cette personne a déjà ce rôle sur tout ou partie de la période.",
                )
                for role in Role.values
            ),
        ]

    def __str__(self) -> str:
        return f"{self.personne} — {self.get_role_display()}"


class Absence(Periode):
    """Days during which a person in post is away (local days, both ends included).

    `point` is where it was noted: those who look after that point alone read why and may change it.
    """

    class Motif(models.TextChoices):
        CONGE = "conge", "congé"
        MALADIE = "maladie", "maladie"
        FORMATION = "formation", "formation"
        PARENTAL = "parental", "congé parental"
        AUTRE = "autre", "autre"

    personne = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="absences")
    point = models.ForeignKey(
        "accueil.PointAccueil", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    motif = models.CharField(max_length=12, choices=Motif, default=Motif.CONGE)

    objects = PeriodeQuerySet.as_manager()

    class Meta:
        ordering = ("-debut",)
        constraints = [
            fin_apres_debut("absence_fin_apres_debut"),
            models.CheckConstraint(
                condition=Q(motif__in=["conge", "maladie", "formation", "parental", "autre"]),
                name="absence_motif_connu",
            ),
            ExclusionConstraint(
                name="absence_sans_recouvrement",
                expressions=exclusion("personne"),
                violation_error_message="Une absence couvre déjà une partie de ces jours.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.personne} absent du {self.debut} au {self.fin or '…'}"
