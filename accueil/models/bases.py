"""Small pieces shared by the models: periods, their constraints, names with a sort key."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
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
    """Expressions of an exclusion constraint: same keys and overlapping `debut`–`fin`.

    Keys are named as fields (`point`, not `point_id`): a model's check puts the row's own values in
    place of fields only, and would otherwise compare every other row with itself.
    """
    return [
        *((IntervalleEntier(Coalesce(F(c), Value(0))), RangeOperators.OVERLAPS) for c in cles),
        (IntervalleDates(), RangeOperators.OVERLAPS),
    ]


class PeriodeQuerySet(models.QuerySet):
    def en_vigueur(self, jour: date):
        """Rows whose period holds `jour` (local day, both ends included)."""
        return self.filter(Q(fin__isnull=True) | Q(fin__gte=jour), debut__lte=jour)


class Relu(models.Model):
    """A row that remembers its columns as they stood: a write then knows which ones were changed since."""

    lu: dict[str, Any] | None = None  # by column; None for a row neither read nor written yet

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self._retenir(kwargs.get("update_fields"))

    def _retenir(self, colonnes: Iterable[str] | None = None) -> None:
        etat = {c: v for c, v in self.__dict__.items() if c not in ("_state", "lu")}
        if colonnes is not None and self.lu is not None:
            etat = self.lu | {c: etat[c] for c in colonnes if c in etat}
        self.lu = etat

    @classmethod
    def from_db(cls, *args, **kwargs):
        objet = super().from_db(*args, **kwargs)
        objet._retenir()
        return objet

    def refresh_from_db(self, *args, **kwargs):
        super().refresh_from_db(*args, **kwargs)
        self._retenir()


class Periode(Relu):
    """A dated row: first day, last day (included; empty while it lasts)."""

    debut = models.DateField("du")
    fin = models.DateField("au (inclus)", null=True, blank=True)

    class Meta:
        abstract = True

    def validate_constraints(self, exclude=None):
        """Check like any model; that a period overlaps another is said beside its first day."""
        try:
            super().validate_constraints(exclude=exclude)
        except ValidationError as erreur:
            recouvrements = {
                str(c.get_violation_error_message())
                for c in self._meta.constraints
                if isinstance(c, ExclusionConstraint)
            }
            erreurs: dict[str, list[ValidationError]] = {}
            for champ, liste in erreur.error_dict.items():
                for e in liste:
                    erreurs.setdefault("debut" if e.message in recouvrements else champ, []).append(e)
            raise ValidationError(erreurs) from erreur

    def couvre(self, jour: date) -> bool:
        return self.debut <= jour and (self.fin is None or jour <= self.fin)


def fin_apres_debut(nom: str, debut: str = "debut", fin: str = "fin") -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{fin}__isnull": True}) | Q(**{f"{fin}__gte": F(debut)}),
        name=nom,
        violation_error_message="La fin précède le début.",
    )
