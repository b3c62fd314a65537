"""What the rows of mediation share: their point, their sealed values."""

from typing import Any

from django.db import models
from django.db.models import Q

from accueil.models import PointAccueil

SCELLE_MAX = 4000  # characters of one free text


def connu(
    champ: str, choix: type[models.TextChoices], nom: str, vide: bool = False
) -> models.CheckConstraint:
    """The column holds one of the choices (or nothing, with `vide`)."""
    valeurs = [*choix.values, ""] if vide else choix.values
    return models.CheckConstraint(condition=Q(**{f"{champ}__in": valeurs}), name=nom)


def fini_si_date(
    champ: str, jour: str, nom: str, message: str = "Une décision a une date."
) -> models.CheckConstraint:
    """A coded outcome and its date come together."""
    return models.CheckConstraint(
        condition=Q(**{champ: "", f"{jour}__isnull": True})
        | ~Q(**{champ: ""}) & Q(**{f"{jour}__isnull": False}),
        name=nom,
        violation_error_message=message,
    )


class DuPoint(models.Model):
    """A row that belongs to a point, for ever (triggers)."""

    point = models.ForeignKey(PointAccueil, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True


class DuDossier(DuPoint):
    """A row of a case, numbered within it; `scelle` holds its free text under the case's key."""

    dossier = models.ForeignKey(
        "mediation.Dossier", on_delete=models.PROTECT, related_name="%(class)ss", db_index=False
    )
    numero = models.SmallIntegerField()
    scelle = models.BinaryField(null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def usage(self) -> str:
        return f"{self._meta.model_name}:{self.numero}"

    def sceller(self, valeurs: dict[str, Any]) -> None:
        """Seal this row's free text; nothing to keep is stored as nothing."""
        utiles = {c: v for c, v in valeurs.items() if v not in ("", None)}
        self.scelle = self.dossier.coffre.sceller_valeurs(self.usage, utiles) if utiles else None

    def valeurs(self) -> dict[str, Any]:
        """Open this row's free text. Go through `mediation.lecture`, which checks who reads."""
        return self.dossier.coffre.ouvrir_valeurs(self.usage, self.scelle)
