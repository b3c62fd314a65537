"""Steps of a case, the agreements reached and what the parties committed themselves to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accueil.models import Partenaire
from accueil.models.visites import DUREE_MAX, DUREE_MIN
from accueil.registres import CHOIX as REGISTRES
from mediation.models.bases import DuDossier, connu
from mediation.models.parties import Partie


class NatureEtape(models.TextChoices):
    ENTRETIEN = "entretien", "Entretien"
    APPEL = "appel", "Appel"
    COURRIER = "courrier", "Courrier ou courriel"
    DEMARCHE = "demarche", "Démarche auprès d’une institution"
    NAVETTE = "navette", "Navette"
    TABLE_RONDE = "table_ronde", "Table ronde"
    VISITE = "visite", "Visite sur place"
    ACCORD = "accord", "Accord trouvé"


class Etape(DuDossier):
    """One step. `scelle`: `prive` (notes of the médiateurs) and `resume` (may be shared with parties).

    `registre` is a secondary register: it counts only through such a step. `duree` in minutes.
    `mandat`: something was done in a party's place, under this mandate (DEO-7).
    """

    Nature = NatureEtape

    # Something passes from one party to another: each one's agreement to the mediation is due.
    ECHANGES = (Nature.NAVETTE, Nature.TABLE_RONDE, Nature.ACCORD)
    JOURNAL_TAIT = frozenset({"jour", "heure"})

    cle = models.UUIDField()
    nature = models.CharField(max_length=12, choices=Nature)
    jour = models.DateField()
    heure = models.TimeField(null=True, blank=True)
    duree = models.SmallIntegerField("durée", null=True, blank=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    saisie_le = models.DateTimeField(default=timezone.now)
    retard = models.SmallIntegerField(default=0)
    registre = models.SmallIntegerField(choices=REGISTRES, null=True, blank=True)
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    mandat = models.ForeignKey(
        "mediation.Mandat", on_delete=models.PROTECT, null=True, blank=True, related_name="etapes"
    )
    parties = models.ManyToManyField(Partie, through="Presence", related_name="etapes")
    annulee_le = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ("-jour", "-numero")
        indexes = [
            models.Index(fields=["dossier", "-jour"], name="etape_dossier"),
            # The few steps that a register's count reads.
            models.Index(
                fields=["jour", "point"],
                name="etape_secondaire",
                condition=Q(registre__isnull=False, annulee_le__isnull=True),
            ),
            # Which cases had a step of late: the others are to be reviewed.
            models.Index(
                fields=["jour", "dossier"], name="etape_recente", condition=Q(annulee_le__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "numero"], name="etape_numero_unique"),
            models.UniqueConstraint(fields=["auteur", "cle"], name="etape_cle_unique"),
            models.UniqueConstraint(fields=["id", "dossier"], name="etape_id_dossier"),
            connu("nature", NatureEtape, "etape_nature_connue"),
            models.CheckConstraint(
                condition=Q(registre__isnull=True) | Q(registre__range=(1, 8)), name="etape_registre_1_a_8"
            ),
            models.CheckConstraint(
                condition=Q(duree__isnull=True) | Q(duree__range=(DUREE_MIN, DUREE_MAX)),
                name="etape_duree_bornee",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} du {self.jour}"


class Presence(models.Model):
    """A party took part in a step; it can't be taken out of the case any more."""

    etape = models.ForeignKey(Etape, on_delete=models.CASCADE, related_name="presences", db_index=False)
    partie = models.ForeignKey(Partie, on_delete=models.PROTECT, related_name="presences")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["etape", "partie"], name="presence_unique")]

    def __str__(self) -> str:
        return f"{self.partie_id} à {self.etape_id}"


class SuiteEngagement(models.TextChoices):
    TENU = "tenu", "Tenu"
    EN_PARTIE = "en_partie", "Tenu en partie"
    NON_TENU = "non_tenu", "Non tenu"
    SANS_OBJET = "sans_objet", "Devenu sans objet"


class Engagement(DuDossier):
    """What a party committed itself to in an agreement, until when, and whether it was kept.

    `scelle`: `texte`.
    """

    Suite = SuiteEngagement
    JOURNAL_TAIT = frozenset({"echeance", "constate_le"})

    etape = models.ForeignKey(Etape, on_delete=models.PROTECT, related_name="engagements")
    partie = models.ForeignKey(Partie, on_delete=models.PROTECT, related_name="engagements")
    echeance = models.DateField("échéance")
    suite = models.CharField(max_length=10, choices=Suite, blank=True)
    constate_le = models.DateField("constaté le", null=True, blank=True)
    constate_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("echeance", "numero")
        indexes = [
            models.Index(fields=["point", "echeance"], name="engagement_du", condition=Q(suite="")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "numero"], name="engagement_numero_unique"),
            connu("suite", SuiteEngagement, "engagement_suite_connue", vide=True),
            models.CheckConstraint(
                condition=Q(suite="", constate_le__isnull=True, constate_par__isnull=True)
                | ~Q(suite="") & Q(constate_le__isnull=False, constate_par__isnull=False),
                name="engagement_suite_datee",
            ),
        ]

    def __str__(self) -> str:
        return f"Engagement pour le {self.echeance}"
