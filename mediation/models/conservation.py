"""The notice before a case is anonymised."""

from django.db import models
from django.db.models.functions import Now

from mediation.models.bases import DuPoint
from mediation.models.dossiers import Dossier


class Preavis(DuPoint):
    """Told to the point: without a new contact, this case loses names and texts on `prevu_le`.

    Append-only; its day is the database's. One that a later contact made void is followed by another.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="preavis")
    annonce_le = models.DateField("annoncé le", db_default=Now())
    prevu_le = models.DateField("prévu le")

    class Meta:
        ordering = ("prevu_le", "id")

    def __str__(self) -> str:
        return f"Préavis pour le {self.prevu_le}"
