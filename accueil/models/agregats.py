"""Figures of each point, day by day: what dashboards add up instead of reading the visits."""

from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accueil.models.points import PointAccueil
from accueil.models.visites import Aide, Canal, Genre, Issue, Situation, TrancheAge
from accueil.registres import REGISTRES


@dataclass(frozen=True)
class Repartition:
    """Entries of a day by the values of one column, as an array: one place a value, in a fixed order.

    The order is that of the stored arrays, and of the places in packed columns: a new value goes to the very
    end, after what stands for no answer, and none is ever taken away.
    """

    colonne: str  # of the aggregate
    champ: str  # of the visit or of the request; None there is the value None here
    valeurs: tuple


# Count visits. An empty text is a question that was not asked.
DES_VISITES = (
    Repartition("heures", "heure", (*range(24), None)),
    Repartition("canaux", "canal", tuple(Canal.values)),
    Repartition("genres", "genre", (*Genre.values, "")),
    Repartition("ages", "tranche_age", (*TrancheAge.values, "")),
    Repartition("situations", "situation", (*Situation.values, "")),
    Repartition("premieres", "premiere_visite", (True, False, None)),
)
# Count requests.
DES_DEMANDES = (
    Repartition("issues", "issue", tuple(Issue.values)),
    Repartition("aides", "aide", (*Aide.values, "")),
    Repartition("registres", "registre", (*(r.numero for r in REGISTRES), None)),
)
# Counts by key, as JSON objects: the keys are those of rows, « » where there is none.
CLES_DES_VISITES = (("communes", "commune_id"),)
CLES_DES_DEMANDES = (("themes", "theme_id"), ("partenaires", "partenaire_id"))


def _comptes() -> ArrayField:
    return ArrayField(models.IntegerField())


# Of a month's arrays: visits of each of its days, then of each weekday and hour (Monday at midnight first).
JOURS_DU_MOIS = 31
HEURES = DES_VISITES[0]
PAR_JOUR = len(HEURES.valeurs)
SEMAINE = 7 * PAR_JOUR


class Calcule(models.Model):
    """Rows that are computed from the visits, told by their columns."""

    class Meta:
        abstract = True

    @classmethod
    def cle(cls) -> tuple[str, ...]:
        """Columns of its key; the last one is its day or its month."""
        return tuple(champ.column for champ in cls._meta.pk_fields if champ.column)

    @classmethod
    def colonnes(cls) -> tuple[str, ...]:
        """Its columns, those of its key first."""
        cle = cls.cle()
        toutes = (champ.column or "" for champ in cls._meta.local_concrete_fields)
        return (*cle, *(colonne for colonne in toutes if colonne not in cle))


class Agregat(Calcule):
    """What a day and a month hold alike, of a point and of the network.

    `visites` are rows, a tally for one; `passages` its persons; `minutes` those of the visits, of which
    `minutes_estimees` nobody chose; `demandes` the rows of requests.
    """

    visites = models.IntegerField()
    passages = models.IntegerField()
    minutes = models.IntegerField()
    minutes_estimees = models.IntegerField()
    demandes = models.IntegerField()
    canaux = _comptes()
    genres = _comptes()
    ages = _comptes()
    situations = _comptes()
    premieres = _comptes()
    issues = _comptes()
    aides = _comptes()
    registres = _comptes()
    themes = models.JSONField()
    partenaires = models.JSONField()

    class Meta:
        abstract = True


class AgregatJour(Agregat):
    """One local day of one point that has visits, cancelled ones apart; recomputed, never incremented.

    See `accueil.agregats`.
    """

    pk = models.CompositePrimaryKey("point_id", "jour")
    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="+", db_index=False)
    jour = models.DateField()
    heures = _comptes()
    communes = models.JSONField()

    def __str__(self) -> str:
        return f"Agrégat du {self.jour}"


class AgregatMois(Agregat):
    """One month of one point, the sum of its days: written with them, so that both are always of one mind.

    A year of a point is read from twelve of these rather than from three hundred days. Hours stand by weekday
    in `semaine`, the visits of each day in `jours`. See `accueil.agregats_mois`.
    """

    pk = models.CompositePrimaryKey("point_id", "mois")
    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="+", db_index=False)
    mois = models.DateField()  # its first day
    jours = _comptes()
    semaine = _comptes()
    communes = models.JSONField()

    def __str__(self) -> str:
        return f"Agrégat du mois du {self.mois}"


class ReseauJour(Agregat):
    """One day of all points, each at its own local day: the sum of theirs, but communes, which no page of the
    network tells. See `accueil.agregats_reseau`."""

    jour = models.DateField(primary_key=True)
    heures = _comptes()

    def __str__(self) -> str:
        return f"Réseau, le {self.jour}"


class ReseauMois(Agregat):
    """One month of all points, the sum of theirs."""

    mois = models.DateField(primary_key=True)
    jours = _comptes()
    semaine = _comptes()

    def __str__(self) -> str:
        return f"Réseau, mois du {self.mois}"


class ColonnesMois(Calcule):
    """The visits of a month of one point, cancelled ones apart, and their requests: each column packed as one
    value, in the order of their keys. What crossed filters read.

    Written with the month, so marked days stand as they were. See `accueil.colonnes`. The database holds the
    columns of visits to one length, and those of requests (`colonnes_de_meme_longueur`).
    """

    pk = models.CompositePrimaryKey("point_id", "mois")
    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="+", db_index=False)
    mois = models.DateField()  # its first day
    # Of visits.
    jours = models.BinaryField()
    heures = models.BinaryField()
    canaux = models.BinaryField()
    genres = models.BinaryField()
    ages = models.BinaryField()
    situations = models.BinaryField()
    premieres = models.BinaryField()
    communes = models.BinaryField()
    auteurs = models.BinaryField()
    durees = models.BinaryField()
    estimees = models.BinaryField()
    personnes = models.BinaryField()
    nombres = models.BinaryField()  # of requests
    # Of requests.
    issues = models.BinaryField()
    aides = models.BinaryField()
    registres = models.BinaryField()
    themes = models.BinaryField()
    partenaires = models.BinaryField()

    def __str__(self) -> str:
        return f"Colonnes du mois du {self.mois}"


class MarqueAgregat(models.Model):
    """A day of a point whose aggregate is out of date. Written by triggers, with the change itself.

    No foreign key in the database: the visit has one, and each entry at the desk writes a row here.
    """

    point = models.ForeignKey(
        PointAccueil, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    jour = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["point", "jour"], name="marque_agregat_paire")]

    def __str__(self) -> str:
        return f"Marque du {self.jour}"


class ControleAgregats(models.Model):
    """A comparison of aggregates with what they count: days looked at, days that differed.

    `restes`: the months that hold these, as [point, first day]. The next comparison looks at them again.
    """

    fait_le = models.DateTimeField(default=timezone.now)
    jours = models.IntegerField()
    ecarts = models.IntegerField()
    restes = models.JSONField(default=list)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Contrôle du {self.fait_le}"
