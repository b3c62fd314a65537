"""What the written things of quality share: their point, their sealed words, a day by which to answer.

Everything typed is sealed under the row's own key. The columns in clear are codes and days: they are what
the union and the rules read.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from mediation.models.bases import DuPoint, connu, fini_si_date
from pimms.socle.chiffrement import Indechiffrable
from pimms.socle.models import CleDonnees
from qualite.models.actions import jour_du_sujet

ILLISIBLE = "Contenu illisible"
DUREE_ATTEINTE = "Durée de conservation atteinte"  # the only reason that names nobody


class EcritQuerySet(models.QuerySet):
    """Rows with `lisible`: whether this person may read the words. The union sees all rows, no words."""

    def _lisible(self, utilisateur) -> Q:
        """Who reads the words: the manager of the point and the association's direction."""
        portee = utilisateur.portee
        return Q(point__association__in=portee.associations) | Q(point__in=portee.points_de_responsable)

    def visibles_par(self, utilisateur):
        lisible = self._lisible(utilisateur)
        lignes = self.annotate(lisible=ExpressionWrapper(lisible, output_field=BooleanField()))
        return lignes if utilisateur.portee.reseau else lignes.filter(lisible)


class EcritScelle(DuPoint):
    """A row whose words are sealed. `cle` is the browser's key of the entry: sent twice, it is one row.

    `version` counts its changes. After a lawful erasure the words and their key are gone; when, by whom and
    why stay, with codes and days, and what is written afterwards is sealed under another key.
    """

    lisible: bool  # set by `visibles_par`

    cle = models.UUIDField()
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    saisie_le = models.DateTimeField(default=timezone.now)
    coffre = models.ForeignKey(CleDonnees, on_delete=models.PROTECT, related_name="+", db_index=False)
    scelle = models.BinaryField()
    version = models.IntegerField(default=1)
    efface_le = models.DateTimeField("effacé le", null=True, blank=True)
    efface_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    motif_effacement = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def usage(self) -> str:
        """What the sealed words are bound to; the key is known before the row is."""
        return f"{self._meta.model_name}:{self.cle}"

    def sceller(self, textes: dict[str, str]) -> None:
        """Seal these words in place of those before; what is empty is left out."""
        self.scelle = self.coffre.coffre.sceller_valeurs(self.usage, {c: t for c, t in textes.items() if t})

    def textes(self) -> dict[str, Any]:
        """Open the words; what can't be opened says so. Ask `lisible` first."""
        try:
            return self.coffre.coffre.ouvrir_valeurs(self.usage, self.scelle)
        except Indechiffrable:
            return {"texte": ILLISIBLE}


class SaisineQuerySet(EcritQuerySet):
    def avec_terme(self):
        """Rows with `terme_du`, the day by which the answer is due, prolonged or not, and with `ici`, the
        day that it is at their point."""
        return self.annotate(terme_du=Coalesce("prolongee_au", "echeance"), ici=jour_du_sujet())

    def ouvertes(self):
        return self.filter(repondue_le__isnull=True)


class EtatSaisine(models.TextChoices):
    EN_COURS = "en_cours", "en cours"
    EN_RETARD = "en_retard", "en retard"
    A_TEMPS = "a_temps", "traitée dans le délai"
    TROP_TARD = "trop_tard", "traitée hors délai"


class Saisine(EcritScelle):
    """Something received that is due an answer by `echeance`, or by `prolongee_au` when it was prolonged.

    `prolongee_le`: the day on which the person was told so.
    """

    recue_le = models.DateField("reçue le")
    echeance = models.DateField("réponse due le")
    prolongee_le = models.DateField("prolongation annoncée le", null=True, blank=True)
    prolongee_au = models.DateField("prolongée jusqu’au", null=True, blank=True)
    repondue_le = models.DateField("réponse donnée le", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def terme(self) -> date:
        return self.prolongee_au or self.echeance

    def etat(self, jour: date) -> EtatSaisine:
        """Where it stands on a local day; answered later, it was not yet."""
        if self.repondue_le and self.repondue_le <= jour:
            return EtatSaisine.A_TEMPS if self.repondue_le <= self.terme else EtatSaisine.TROP_TARD
        return EtatSaisine.EN_COURS if jour <= self.terme else EtatSaisine.EN_RETARD


def effacement_motive(nom: str) -> models.CheckConstraint:
    """An erasure leaves day, person and reason, all three; that of the retention, day and reason."""
    return models.CheckConstraint(
        condition=Q(efface_le__isnull=True, efface_par__isnull=True, motif_effacement="")
        | Q(efface_le__isnull=False, efface_par__isnull=False) & ~Q(motif_effacement="")
        | Q(efface_le__isnull=False, efface_par__isnull=True, motif_effacement=DUREE_ATTEINTE),
        name=f"{nom}_effacement_motive",
    )


def contraintes(nom: str, issues: type[models.TextChoices]) -> list[models.BaseConstraint]:
    """What a row that is due an answer must hold to, by the name of its table."""
    return [
        models.UniqueConstraint(fields=["auteur", "cle"], name=f"{nom}_cle_unique"),
        effacement_motive(nom),
        connu("issue", issues, f"{nom}_issue_connue", vide=True),
        fini_si_date("issue", "repondue_le", f"{nom}_reponse_datee", "Une réponse a une date."),
        models.CheckConstraint(
            condition=Q(echeance__gt=F("recue_le")), name=f"{nom}_echeance_apres_reception"
        ),
        models.CheckConstraint(
            condition=Q(repondue_le__isnull=True) | Q(repondue_le__gte=F("recue_le")),
            name=f"{nom}_reponse_apres_reception",
            violation_error_message="La réponse suit la réception.",
        ),
        models.CheckConstraint(
            # « is not null » is said: a comparison with nothing would let the row in.
            condition=Q(prolongee_le__isnull=True, prolongee_au__isnull=True)
            | Q(
                prolongee_le__isnull=False,
                prolongee_au__isnull=False,
                prolongee_le__gte=F("recue_le"),
                prolongee_le__lte=F("echeance"),
                prolongee_au__gt=F("echeance"),
            ),
            name=f"{nom}_prolongation_annoncee",
            violation_error_message="Une prolongation s’annonce avant la fin du délai.",
        ),
    ]


class RappelSaisine(models.Model):
    """A reminder sent about an answer that is due; its key makes it unique. Only added to."""

    nature = models.CharField(max_length=16)  # name of the model
    saisine = models.BigIntegerField()
    terme = models.DateField()
    palier = models.SmallIntegerField()  # days before the end; -1 once it has passed
    le = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nature", "saisine", "terme", "palier"], name="rappel_saisine_une_fois"
            ),
        ]

    def __str__(self) -> str:
        return f"Rappel {self.nature} {self.saisine}"
