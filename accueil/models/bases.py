"""Small pieces shared by the models: periods, their constraints, names with a sort key."""

from datetime import date

from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce


class IntervalleEntier(Func):
    """`int8range(k, k, '[]')`: lets an exclusion constraint compare a key without contrib modules."""

    function = "int8range"

    def __init__(self, cle, **extra):
        super().__init__(cle, cle, Value("[]"), **extra)


class IntervalleDates(Func):
    """`daterange(debut, fin, '[]')`, both days included; no end means for ever."""

    function = "daterange"

    def __init__(self, debut: str = "debut", fin: str = "fin", **extra):
        super().__init__(F(debut), F(fin), Value("[]"), **extra)


def exclusion(*cles: str) -> list:
    """Expressions of an exclusion constraint: same keys and overlapping `debut`–`fin`."""
    return [
        *((IntervalleEntier(Coalesce(F(c), Value(0))), RangeOperators.OVERLAPS) for c in cles),
        (IntervalleDates(), RangeOperators.OVERLAPS),
    ]


class PeriodeQuerySet(models.QuerySet):
    def en_vigueur(self, jour: date):
        """Rows whose period holds `jour` (local day, both ends included)."""
        return self.filter(Q(fin__isnull=True) | Q(fin__gte=jour), debut__lte=jour)


class Periode(models.Model):
    """A dated row: first day, last day (included; empty while it lasts)."""

    debut = models.DateField("du")
    fin = models.DateField("au (inclus)", null=True, blank=True)

    class Meta:
        abstract = True

    def couvre(self, jour: date) -> bool:
        return self.debut <= jour and (self.fin is None or jour <= self.fin)


def fin_apres_debut(nom: str, debut: str = "debut", fin: str = "fin") -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{fin}__isnull": True}) | Q(**{f"{fin}__gte": F(debut)}),
        name=nom,
        violation_error_message="La fin précède le début.",
    )
