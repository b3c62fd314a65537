"""Visits and requests: what is logged at the desk, anonymous by default."""

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from accueil.models.partenaires import Partenaire, Theme
from accueil.models.points import PointAccueil
from accueil.models.territoire import Commune
from accueil.registres import CHOIX as REGISTRES

DUREE_MIN, DUREE_MAX = 1, 600  # minutes
DUREE_PAR_DEFAUT = 15  # minutes, kept with `duree_estimee`
PERSONNES_MAX = 200
NOTE_MAX = 1000  # characters
DEMANDES_MAX = 10


class Canal(models.TextChoices):
    SUR_PLACE = "sur_place", "Sur place"
    TELEPHONE = "telephone", "Téléphone"
    A_DISTANCE = "a_distance", "À distance"
    A_DOMICILE = "a_domicile", "À domicile"
    HORS_LES_MURS = "hors_les_murs", "Hors les murs"


class Genre(models.TextChoices):
    FEMME = "femme", "Femme"
    HOMME = "homme", "Homme"
    AUTRE = "autre", "Autre"
    NC = "nc", "Non communiqué"


class TrancheAge(models.TextChoices):
    MOINS_12 = "0-11", "Moins de 12 ans"
    DE_12_A_17 = "12-17", "12–17 ans"
    DE_18_A_24 = "18-24", "18–24 ans"
    DE_25_A_39 = "25-39", "25–39 ans"
    DE_40_A_59 = "40-59", "40–59 ans"
    DE_60_A_69 = "60-69", "60–69 ans"
    PLUS_70 = "70+", "70 ans et plus"
    NC = "nc", "Non communiqué"


class Situation(models.TextChoices):
    SCOLARISE = "scolarise", "Scolarisé"
    SANS_EMPLOI = "sans_emploi", "Sans emploi"
    EN_EMPLOI = "en_emploi", "En emploi"
    RETRAITE = "retraite", "Retraité"
    NC = "nc", "Non communiqué"


class Aide(models.TextChoices):
    INFORMER = "informer", "Informer"
    FAIRE_AVEC = "faire_avec", "Faire avec"
    FAIRE_A_LA_PLACE = "faire_a_la_place", "Faire à la place, sous mandat"


class Issue(models.TextChoices):
    RESOLU = "resolu", "Résolu"
    ORIENTE = "oriente", "Orienté"
    A_SUIVRE = "a_suivre", "À suivre"
    NON_ABOUTI = "non_abouti", "Non abouti"
    HORS_CHAMP = "hors_champ", "Hors champ"


# Outcomes for which one says towards whom the person went, and those that can be followed up.
ISSUES_ORIENTEES = (Issue.ORIENTE, Issue.HORS_CHAMP)
ISSUES_SUIVIES = (Issue.ORIENTE, Issue.A_SUIVRE)


def _connu(
    champ: str, choix: type[models.TextChoices], nom: str, vide: bool = False
) -> models.CheckConstraint:
    valeurs = [*choix.values, ""] if vide else choix.values
    return models.CheckConstraint(condition=Q(**{f"{champ}__in": valeurs}), name=nom)


class VisiteQuerySet(models.QuerySet):
    def modifiables_par(self, utilisateur):
        """Visits this person may correct or cancel: one's own, or the point's for its manager.

        The time limit is checked by `accueil.saisie`, which can say it.
        """
        portee = utilisateur.portee
        return self.filter(
            Q(point__in=portee.points_de_saisie, auteur=utilisateur)
            | Q(point__in=portee.points_de_responsable)
        )

    def actives(self):
        return self.filter(annulee_le__isnull=True)


class Visite(models.Model):
    """One visit: one row; a tally is one row with a number of persons (« passages »).

    `jour` and `heure` are local to the point and stored when written; `heure` is empty for an
    entry made for an earlier day. `retard` is in days. `point_id` never changes (trigger).
    """

    JOURNAL_TAIT = frozenset({"heure"})

    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="visites", db_index=False)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visites", db_index=False
    )
    cle = models.UUIDField()
    jour = models.DateField()
    heure = models.SmallIntegerField(null=True, blank=True)
    saisie_le = models.DateTimeField(default=timezone.now)
    retard = models.SmallIntegerField(default=0)
    canal = models.CharField(max_length=14, choices=Canal, default=Canal.SUR_PLACE)
    duree = models.SmallIntegerField(default=DUREE_PAR_DEFAUT)
    duree_estimee = models.BooleanField(default=True)
    personnes = models.SmallIntegerField(default=1)
    nb_demandes = models.SmallIntegerField(default=1)
    genre = models.CharField(max_length=5, choices=Genre, blank=True)
    tranche_age = models.CharField(max_length=5, choices=TrancheAge, blank=True)
    situation = models.CharField(max_length=12, choices=Situation, blank=True)
    commune = models.ForeignKey(
        Commune, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    premiere_visite = models.BooleanField(null=True, blank=True)
    version = models.SmallIntegerField(default=1)
    annulee_le = models.DateTimeField(null=True, blank=True)

    objects = VisiteQuerySet.as_manager()

    class Meta:
        ordering = ("-jour", "-id")
        indexes = [
            models.Index(fields=["point", "-jour", "-id"], name="visite_journal_point"),
            models.Index(fields=["-jour", "-id"], name="visite_journal"),
            models.Index(fields=["auteur", "-jour", "-id"], name="visite_journal_auteur"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["auteur", "cle"], name="visite_cle_unique"),
            # Target of the composite foreign key of `Demande` (see the migration).
            models.UniqueConstraint(fields=["id", "point"], name="visite_id_point"),
            _connu("canal", Canal, "visite_canal_connu"),
            _connu("genre", Genre, "visite_genre_connu", vide=True),
            _connu("tranche_age", TrancheAge, "visite_age_connu", vide=True),
            _connu("situation", Situation, "visite_situation_connue", vide=True),
            models.CheckConstraint(
                condition=Q(duree__range=(DUREE_MIN, DUREE_MAX)), name="visite_duree_bornee"
            ),
            models.CheckConstraint(
                condition=Q(personnes__range=(1, PERSONNES_MAX)), name="visite_personnes_bornees"
            ),
            models.CheckConstraint(
                condition=Q(nb_demandes__range=(1, DEMANDES_MAX)), name="visite_au_moins_une_demande"
            ),
            models.CheckConstraint(
                condition=Q(heure__isnull=True) | Q(heure__range=(0, 23)), name="visite_heure_connue"
            ),
            models.CheckConstraint(condition=Q(retard__range=(0, 60)), name="visite_retard_borne"),
        ]

    def __str__(self) -> str:
        return f"Visite {self.pk} du {self.jour}"


class NoteVisite(models.Model):
    """Free note of a visit, apart from its public attributes; never shown outside the point."""

    visite = models.OneToOneField(Visite, on_delete=models.CASCADE, primary_key=True, related_name="note")
    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="+", db_index=False)
    texte = models.TextField(max_length=NOTE_MAX, validators=[MaxLengthValidator(NOTE_MAX)])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("texte"), NOTE_MAX), name="note_longueur"
            ),
        ]

    def __str__(self) -> str:
        return f"Note de la visite {self.visite_id}"


class Demande(models.Model):
    """One request of a visit. `rang` orders them; `point` repeats the visit's (composite key)."""

    # Both are held by one composite key (visite, point), made in the migration.
    visite = models.ForeignKey(
        Visite, on_delete=models.CASCADE, related_name="demandes", db_index=False, db_constraint=False
    )
    point = models.ForeignKey(
        PointAccueil, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    rang = models.SmallIntegerField()
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="+", db_index=False)
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    registre = models.SmallIntegerField(choices=REGISTRES, null=True, blank=True)
    aide = models.CharField(max_length=16, choices=Aide, blank=True)
    issue = models.CharField(max_length=10, choices=Issue)
    vers_partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    vers_texte = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("rang",)
        indexes = [
            # What the registers take away from the aggregates' count: one request in a hundred and fifty.
            models.Index(
                fields=["point", "visite"],
                condition=Q(issue="hors_champ", registre__isnull=False),
                name="demande_hors_champ",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["visite", "rang"], name="demande_rang_unique"),
            models.CheckConstraint(condition=Q(rang__range=(0, DEMANDES_MAX - 1)), name="demande_rang_borne"),
            models.CheckConstraint(
                condition=Q(registre__isnull=True) | Q(registre__range=(1, 8)), name="demande_registre_1_a_8"
            ),
            _connu("issue", Issue, "demande_issue_connue"),
            _connu("aide", Aide, "demande_aide_connue", vide=True),
            models.CheckConstraint(
                condition=Q(issue__in=ISSUES_ORIENTEES) | Q(vers_partenaire__isnull=True, vers_texte=""),
                name="demande_vers_si_orientee",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.theme} : {self.get_issue_display()}"

    @property
    def suivable(self) -> bool:
        return self.issue in ISSUES_SUIVIES


class Suivi(models.Model):
    """Follow-up of a request: a code without a name handed over, and the outcome once known."""

    class Suite(models.TextChoices):
        ABOUTI = "abouti", "A abouti"
        EN_COURS = "en_cours", "Encore en cours"
        SANS_SUITE = "sans_suite", "Sans suite"
        INCONNUE = "inconnue", "Inconnue après relance"

    demande = models.OneToOneField(Demande, on_delete=models.CASCADE, related_name="suivi")
    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=8, unique=True, null=True, blank=True)
    expire_le = models.DateField(null=True, blank=True)
    suite = models.CharField(max_length=12, choices=Suite, blank=True)
    suite_le = models.DateField(null=True, blank=True)
    suite_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(suite__in=["", "abouti", "en_cours", "sans_suite", "inconnue"]),
                name="suivi_suite_connue",
            ),
            models.CheckConstraint(
                condition=Q(suite="", suite_le__isnull=True) | ~Q(suite="") & Q(suite_le__isnull=False),
                name="suivi_suite_datee",
            ),
            models.CheckConstraint(
                condition=Q(code__isnull=True) | Q(expire_le__isnull=False), name="suivi_code_expire"
            ),
        ]

    def __str__(self) -> str:
        return f"Suivi {self.code or self.pk}"


class VisiteVersion(models.Model):
    """The state of a visit before a correction or a cancelling; retention may erase it."""

    visite = models.ForeignKey(Visite, on_delete=models.CASCADE, related_name="versions")
    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="+", db_index=False)
    numero = models.SmallIntegerField()
    faite_le = models.DateTimeField(default=timezone.now)
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    etat = models.JSONField()

    class Meta:
        ordering = ("numero",)
        constraints = [models.UniqueConstraint(fields=["visite", "numero"], name="version_unique")]

    def __str__(self) -> str:
        return f"Version {self.numero} de la visite {self.visite_id}"


class OrdreFrequent(models.Model):
    """Themes and partners most used by a person at a point, frozen for an ISO week.

    The order of the desk's tiles, so that keys and places change at most weekly.
    """

    point = models.ForeignKey(PointAccueil, on_delete=models.CASCADE, related_name="+")
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    semaine = models.DateField()
    themes = models.JSONField()
    partenaires = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["point", "personne"], name="ordre_unique"),
        ]

    def __str__(self) -> str:
        return f"Ordre du {self.semaine}"
