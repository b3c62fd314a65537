"""Reports: what was asked for and where it stands, the sealed snapshot, the signed file.

A report's state lives here, so that losing Redis or a worker loses nothing. Snapshot and file are sealed
under the report's own key and only ever added to; a trigger keeps the moves of the state.
"""

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accueil.models import Association, Partenaire, PointAccueil
from pimms.socle.models import CleDonnees
from pimms.socle.typographie import compte
from qualite.models.constats import Evaluation
from qualite.models.referentiel import Niveau

EMPREINTE_COURTE = 32  # hexadecimal digits of a snapshot's hash that its code carries


class EtatRapport(models.TextChoices):
    DEMANDE = "demande", "en attente"
    EN_COURS = "en_cours", "en cours"
    PRET = "pret", "prêt"
    ECHEC = "echec", "en échec"
    ANNULE = "annule", "annulé"


class EtapeRapport(models.IntegerChoices):
    """What the worker is at; the number is also how far the work has gone."""

    ATTENTE = 0, "En attente"
    RELEVE = 1, "Relevé des constats"
    MISE_EN_PAGE = 2, "Mise en page"
    EXAMEN = 3, "Contrôle du fichier"
    SIGNATURE = 4, "Signature"
    FINI = 5, "Terminé"


class RapportQuerySet(models.QuerySet["Rapport"]):
    def visibles_par(self, utilisateur):
        """The union: all. A direction: its association's and its points'. A manager: those of the point."""
        portee = utilisateur.portee
        if portee.reseau:
            return self
        return self.filter(
            Q(association__in=portee.associations)
            | Q(point__association__in=portee.associations)
            | Q(point__in=portee.points_de_responsable)
            | Q(choisis__len__gt=0, choisis__contained_by=list(portee.points_de_responsable))
        )

    def avec_ses_liens(self):
        """With all that making one names."""
        lus = self.select_related("point__association", "association", "partenaire", "demande_par", "coffre")
        return lus.select_related("evaluation__arretee_par", "evaluation__campagne")

    def a_voir(self):
        """Ready or failed, and not seen yet by who asked."""
        return self.filter(etat__in=(EtatRapport.PRET, EtatRapport.ECHEC), vu_le__isnull=True)


class Rapport(models.Model):
    """One report about a point, an association or the network, as of the local day `au`; a yearly account
    is of the calendar year that ends on that day, a partner's report of `partenaire` from `du` to `au`.
    `choisis`: keys of the points that a partner's report is about; empty: all those of its subject.

    `vu_le`: when who asked first saw how it ended. `altere_le`: when its file was found changed.
    `precedent`: the one of the same kind about the same subject before it, fixed with the snapshot.
    `definitif`: its snapshot stands on a final evaluation; else an audit file says « projet » on each page.
    `essais` signs a worker's claim; `etape` is how far it has gone. Moments are UTC.
    """

    class Genre(models.TextChoices):
        DOSSIER = "dossier", "Dossier d’audit"
        PLAN = "plan", "Plan d’actions"
        ATTESTATIONS = "attestations", "Liste des attestations"
        BILAN = "bilan", "Bilan d’activité"
        PARTENAIRE = "partenaire", "Compte rendu à un partenaire"

    Etat = EtatRapport
    Etape = EtapeRapport
    FINIS = (EtatRapport.PRET, EtatRapport.ECHEC, EtatRapport.ANNULE)

    genre = models.CharField(max_length=12, choices=Genre, default=Genre.DOSSIER)
    niveau = models.CharField(max_length=12, choices=Niveau)
    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    choisis = ArrayField(models.BigIntegerField(), default=list, blank=True)
    annee = models.SmallIntegerField()
    numero = models.IntegerField()
    du = models.DateField(null=True, blank=True)
    au = models.DateField()
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.PROTECT, null=True, blank=True, related_name="rapports"
    )
    precedent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="suivants"
    )
    definitif = models.BooleanField(default=False)
    demande_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    demande_le = models.DateTimeField(default=timezone.now)
    cle = models.UUIDField()
    coffre = models.ForeignKey(CleDonnees, on_delete=models.PROTECT, related_name="+", db_index=False)
    etat = models.CharField(max_length=8, choices=EtatRapport, default=EtatRapport.DEMANDE)
    etape = models.SmallIntegerField(choices=EtapeRapport, default=EtapeRapport.ATTENTE)
    pris_le = models.DateTimeField(null=True, blank=True)
    essais = models.PositiveSmallIntegerField(default=0)
    fini_le = models.DateTimeField(null=True, blank=True)
    erreur = models.CharField(max_length=300, blank=True)
    vu_le = models.DateTimeField(null=True, blank=True)
    altere_le = models.DateTimeField(null=True, blank=True)

    objects = RapportQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["genre", "point", "-id"], name="rapport_sujet"),
            models.Index(
                fields=["id"],
                name="rapport_a_produire",
                condition=Q(etat__in=[EtatRapport.DEMANDE, EtatRapport.EN_COURS]),
            ),
            # Looked at with the rights of each person on each page: those that wait are few.
            models.Index(
                fields=["demande_par"],
                name="rapport_a_voir",
                condition=Q(etat__in=[EtatRapport.PRET, EtatRapport.ECHEC], vu_le__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["demande_par", "cle"], name="rapport_cle_unique"),
            models.UniqueConstraint(fields=["annee", "numero"], name="rapport_numero_unique"),
            models.CheckConstraint(condition=Q(etat__in=EtatRapport.values), name="rapport_etat_connu"),
            models.CheckConstraint(
                condition=Q(etape__range=(EtapeRapport.ATTENTE, EtapeRapport.FINI)),
                name="rapport_etape_connue",
            ),
            models.CheckConstraint(
                condition=Q(genre__in=["dossier", "plan", "attestations", "bilan", "partenaire"]),
                name="rapport_genre_connu",
            ),
            models.CheckConstraint(
                condition=~Q(genre="bilan") | Q(au__month=12, au__day=31), name="rapport_bilan_d_une_annee"
            ),
            models.CheckConstraint(
                condition=Q(genre="partenaire", partenaire__isnull=False, du__isnull=False, du__lte=F("au"))
                | ~Q(genre="partenaire") & Q(partenaire__isnull=True, du__isnull=True),
                name="rapport_partenaire_et_periode",
            ),
            models.CheckConstraint(
                condition=Q(evaluation__isnull=True) | Q(genre="dossier"),
                name="rapport_evaluation_du_dossier",
            ),
            models.CheckConstraint(
                condition=Q(niveau="reseau", association__isnull=True, point__isnull=True)
                | Q(niveau="association", association__isnull=False, point__isnull=True)
                | Q(niveau="point", association__isnull=True, point__isnull=False),
                name="rapport_niveau_et_objet",
            ),
            models.CheckConstraint(
                condition=Q(choisis=[]) | Q(genre="partenaire") & ~Q(niveau="point"),
                name="rapport_points_choisis",
            ),
            models.CheckConstraint(
                condition=Q(definitif=False) | Q(evaluation__isnull=False),
                name="rapport_definitif_sur_evaluation",
            ),
            models.CheckConstraint(
                condition=~Q(etat="echec") | ~Q(erreur=""), name="rapport_echec_avec_raison"
            ),
            models.CheckConstraint(
                condition=Q(precedent__isnull=True) | Q(precedent__lt=F("id")), name="rapport_precedent_avant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_genre_display()} {self.reference}, {self.sujet}"

    @property
    def reference(self) -> str:
        return f"{self.annee}-{self.numero:03d}"

    @property
    def sujet(self) -> str:
        """What it is about, in words."""
        tout = str(self.point or self.association or "le réseau")
        return f"{compte(len(self.choisis), 'point')} choisis ({tout})" if self.choisis else tout

    @property
    def employeur(self) -> Association | None:
        """The association that it is about, or whose point it is about."""
        return self.point.association if self.point else self.association

    @property
    def projet(self) -> bool:
        """Whether its pages say « projet »."""
        return self.genre == self.Genre.DOSSIER and not self.definitif

    @property
    def fini(self) -> bool:
        return self.etat in self.FINIS

    @property
    def a_voir(self) -> bool:
        """Whether who asked has yet to see how it ended."""
        return self.etat in (self.Etat.PRET, self.Etat.ECHEC) and self.vu_le is None

    @property
    def usage(self) -> str:
        """What its sealed values are bound to."""
        return f"rapport:{self.pk}"

    def aujourdhui(self) -> date:
        """The local day of its point, else Paris's."""
        return self.point.aujourdhui() if self.point else timezone.localdate()


class InstantaneRapport(models.Model):
    """All that a report says, sealed once: canonical JSON, `empreinte` its sha256 in clear. Append-only."""

    rapport = models.OneToOneField(
        Rapport, on_delete=models.PROTECT, primary_key=True, related_name="instantane"
    )
    scelle = models.BinaryField()
    empreinte = models.CharField(max_length=64)
    fait_le = models.DateTimeField()

    def __str__(self) -> str:
        return f"Instantané du rapport {self.rapport_id}"


class FichierRapport(models.Model):
    """The signed PDF, sealed; `empreinte` is its sha256, `empreinte_nue` that of before the signature.

    Append-only, and one a report: two workers can't both leave one.
    """

    rapport = models.OneToOneField(
        Rapport, on_delete=models.PROTECT, primary_key=True, related_name="fichier"
    )
    scelle = models.BinaryField()
    empreinte = models.CharField(max_length=64, unique=True)
    empreinte_nue = models.CharField(max_length=64)
    taille = models.IntegerField()
    pages = models.IntegerField()
    signataire = models.CharField(max_length=200)
    certificat = models.CharField(max_length=64)
    signe_le = models.DateTimeField()

    def __str__(self) -> str:
        return f"Fichier du rapport {self.rapport_id}"
